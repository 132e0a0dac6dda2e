import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * One file of a zip archive (APPNOTE 4.3), without the tool that not every machine has.
 * @throws Error when the archive has no such file, or packs it in another way
 */
export function unzipOne(archive: Buffer, name: string): Buffer {
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('this is not a zip archive');
  let entry = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = archive.readUInt16LE(entry + 28);
    const extras = archive.readUInt16LE(entry + 30) + archive.readUInt16LE(entry + 32);
    const entryName = archive.toString('utf8', entry + 46, entry + 46 + nameLength);
    if (entryName === name) return contents(archive, entry);
    entry += 46 + nameLength + extras;
  }
  throw new Error(`the archive has no ${name}`);
}

function contents(archive: Buffer, entry: number): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const size = archive.readUInt32LE(entry + 20);
  const local = archive.readUInt32LE(entry + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + size);
  if (method === STORED) return packed;
  if (method === DEFLATED) return inflateRawSync(packed);
  throw new Error(`packing method ${method} is not known here`);
}

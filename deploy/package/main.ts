import { makePackage } from './make-package.ts';

console.log(makePackage(process.argv[2] ?? 'dist'));

// Runs in the page, where TypeScript's view of this project ends: `findFaults()` looks at all cards that are in it.

/** Which text leaves its card, and which texts lie on each other; in pixels of the card. */
globalThis.findFaults = () => {
  const faults = [];
  let texts = 0;
  for (const svg of document.querySelectorAll('svg')) {
    const boxes = boxesOf(svg);
    texts += boxes.length;
    for (const [index, one] of boxes.entries()) {
      if (!liesIn(one, svg.viewBox.baseVal)) faults.push(`outside: ${one.text}`);
      for (const other of boxes.slice(index + 1)) {
        if (overlap(one, other)) faults.push(`one on the other: ${one.text} | ${other.text}`);
      }
    }
  }
  return { faults, texts, cards: document.querySelectorAll('body > svg').length };
};

function boxesOf(svg) {
  const toCard = svg.getScreenCTM().inverse();
  return [...svg.querySelectorAll('text')].map((element) => {
    const { x, y, width, height } = element.getBBox();
    const at = new DOMPoint(x, y).matrixTransform(toCard.multiply(element.getScreenCTM()));
    const text = element.textContent;
    return { text, left: at.x, top: at.y, right: at.x + width, foot: at.y + height };
  });
}

function liesIn({ left, top, right, foot }, { width, height }) {
  const margin = 16;
  return left >= margin && top >= 0 && right <= width - margin && foot <= height;
}

function overlap(one, other) {
  const beside = one.right <= other.left || other.right <= one.left;
  const below = one.foot <= other.top || other.foot <= one.top;
  return !beside && !below;
}

/** The names of a document's root and of its first two elements, when it is XML; else a parser's complaint. */
globalThis.namesInXml = (text) => {
  const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
  const complaint = documentElement.querySelector('parsererror');
  if (complaint !== null) return [complaint.textContent];
  return [documentElement, ...documentElement.children].slice(0, 3).map((one) => one.localName);
};

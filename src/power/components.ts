/**
 * The strongly connected components behind a node, each after those that it rests on; without what is known.
 *
 * @param nextOf what a node rests on.
 * @see Tarjan, "Depth-First Search and Linear Graph Algorithms" (1972)
 */
export function* componentsBehind<T>(
  start: T,
  nextOf: (node: T) => Iterable<T>,
  isKnown: (node: T) => boolean,
): Generator<readonly T[]> {
  const order = new Map<T, number>();
  const lowest = new Map<T, number>();
  const open: T[] = [];
  const isOpen = new Set<T>();
  const walking: { readonly node: T; readonly next: Iterator<T> }[] = [];
  const enter = (node: T): void => {
    lowest.set(node, order.size);
    order.set(node, order.size);
    open.push(node);
    isOpen.add(node);
    walking.push({ node, next: nextOf(node)[Symbol.iterator]() });
  };
  const lower = (node: T, to: number): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? to, to));
  };
  if (!isKnown(start)) enter(start);
  for (let at = walking.at(-1); at !== undefined; at = walking.at(-1)) {
    const { node, next } = at;
    const { value, done } = next.next();
    if (done !== true) {
      const met = order.get(value);
      if (met === undefined) {
        if (!isKnown(value)) enter(value);
      } else if (isOpen.has(value)) lower(node, met);
      continue;
    }
    walking.pop();
    const low = lowest.get(node) ?? 0;
    const above = walking.at(-1);
    if (above !== undefined) lower(above.node, low);
    if (low !== order.get(node)) continue;
    const component: T[] = [];
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      isOpen.delete(last);
      component.push(last);
      if (last === node) break;
    }
    yield component;
  }
}

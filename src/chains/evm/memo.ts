/** Work that is done once for what comes again and again: the same code at many accounts. */

/** `work`, which must be pure, with its last answers kept: at most so many. */
export function memo<K, V>(most: number, work: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const value = work(key);
    if (known.size >= most) known.clear();
    known.set(key, value);
    return value;
  };
}

/** The items that differ by name, each once, in the order found. */
export function uniqueBy<T>(items: readonly T[], name: (item: T) => string): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const named = name(item);
    return !seen.has(named) && seen.add(named);
  });
}

/** Names for what is known by other names, in formats that allow fewer letters. */

/** Gives out names that differ, whatever the case of their letters: `a`, `a_2`, `a_3`, … */
export function unique(): (wanted: string) => string {
  const taken = new Set<string>();
  const last = new Map<string, number>();
  return (wanted) => {
    for (let turn = (last.get(wanted) ?? 0) + 1; ; turn++) {
      const name = turn === 1 ? wanted : `${wanted}_${turn}`;
      last.set(wanted, turn);
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  };
}

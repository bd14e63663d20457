/**
 * A map as gates over holders, without cycles and without waits: what a fault tree can say. Nothing is
 * left in it that is decided already, that counts twice at one gate, or that only passes on another.
 */
import { InputError } from '../errors.ts';
import { componentsBehind } from '../power/components.ts';
import type { PowerDocument } from './document.ts';
import { grouped } from './grouped.ts';
import { nodesOf, partsOf, type Requirement } from './wording.ts';

/** A holder. */
interface Basic {
  readonly type: 'basic';
  readonly node: string;
}

/** `min` of `of`, all of which differ. */
export interface Gate {
  readonly type: 'gate';
  readonly min: number;
  readonly of: readonly Part[];
  /** For which node it was made first; others that need the same share it. */
  readonly node: string;
  /** "2 of 3 owners", where the rule calls them something. */
  readonly says: string | null;
}

export type Part = Basic | Gate;

/** What it takes: nothing (`true`), what nobody has (`false`), or a part. The same is the same object. */
export type Term = Part | boolean;

/** Inputs of all gates together. */
const MAX_INPUTS = 500_000;

const LEAVES: ReadonlySet<string> = new Set(['key', 'person', 'device', 'vendor', 'opaque']);

/**
 * What it takes to hold any one of some nodes, as a function to ask of one map.
 *
 * The function throws an InputError where the cycles of the map make too many gates.
 */
export function gatesOf({
  rules,
}: Pick<PowerDocument, 'rules'>): (nodes: readonly string[]) => Term {
  const rulesFor = grouped(rules, ({ grants }) => grants);
  const known = new Map<string, Term>();
  const { holder, atLeast } = terms();

  const nextOf = (node: string): readonly string[] =>
    (rulesFor.get(node) ?? []).flatMap(({ requires }) => nodesOf(requires));

  function termOf(requirement: Requirement, node: string): Term {
    if (typeof requirement === 'string') return known.get(requirement) ?? false;
    if ('given' in requirement) return true;
    if ('after' in requirement) return termOf(requirement.requires, node);
    const parts = (of: readonly Requirement[]) => of.map((part) => termOf(part, node));
    if ('all' in requirement)
      return atLeast(requirement.all.length, parts(requirement.all), { node });
    if ('any' in requirement) return atLeast(1, parts(requirement.any), { node });
    const { atLeast: min, of, role } = requirement;
    const says = role === undefined ? null : `${min} of ${of.length} ${role}`;
    return atLeast(min, parts(of), { node, says });
  }

  function meaningOf(node: string): Term {
    const ways = (rulesFor.get(node) ?? []).map(({ requires }) => termOf(requires, node));
    return atLeast(1, LEAVES.has(partsOf(node).kind) ? [holder(node), ...ways] : ways, { node });
  }

  /**
   * Nodes on a cycle rest on what each other was a round before, and on nobody in the first: nothing
   * holds itself up. After as many rounds as there are nodes, the least fixed point is reached.
   */
  function solve(component: readonly string[]): void {
    const above = new Map<string, string[]>(component.map((node) => [node, []]));
    for (const node of component) {
      for (const next of nextOf(node)) above.get(next)?.push(node);
    }
    let due = new Set(component);
    for (let round = 0; round < component.length && due.size > 0; round++) {
      const now = due;
      due = new Set();
      for (const node of now) {
        const term = meaningOf(node);
        if (term === known.get(node)) continue;
        known.set(node, term);
        for (const each of above.get(node) ?? []) due.add(each);
      }
    }
  }

  return (nodes) => {
    for (const node of nodes) {
      for (const component of componentsBehind(node, nextOf, (each) => known.has(each))) {
        solve(component);
      }
    }
    const [first = ''] = nodes;
    return atLeast(
      1,
      nodes.map((node) => known.get(node) ?? false),
      { node: first },
    );
  };
}

interface Hint {
  readonly node: string;
  readonly says?: string | null;
}

/** Makes terms, each once. */
function terms(): {
  holder(node: string): Basic;
  atLeast(min: number, of: readonly Term[], hint: Hint): Term;
} {
  const places = new Map<Part, number>();
  const basics = new Map<string, Basic>();
  const gates = new Map<string, Gate>();
  let inputs = 0;

  function numbered<P extends Part>(part: P): P {
    places.set(part, places.size);
    return part;
  }

  function holder(node: string): Basic {
    const made = basics.get(node) ?? numbered({ type: 'basic', node });
    basics.set(node, made);
    return made;
  }

  /** `min` of parts that all differ. */
  function gate(min: number, of: readonly Part[], { node, says = null }: Hint): Term {
    if (min <= 0) return true;
    if (min > of.length) return false;
    const [only] = of;
    if (of.length === 1 && only !== undefined) return only;
    const name = `${min} of ${of
      .map((part) => places.get(part))
      .sort()
      .join()}`;
    const known = gates.get(name);
    if (known !== undefined) return known;
    inputs += of.length;
    if (inputs > MAX_INPUTS) {
      throw new InputError('--format mef', `the map needs more than ${MAX_INPUTS} inputs of gates`);
    }
    const made = numbered({ type: 'gate', min, of, node, says } as const);
    gates.set(name, made);
    return made;
  }

  function atLeast(min: number, of: readonly Term[], hint: Hint): Term {
    const needed = min - of.filter((term) => term === true).length;
    const parts = of.filter((term) => typeof term !== 'boolean');
    if (needed <= 0) return true;
    if (needed > parts.length) return false;
    const times = new Map<Part, number>();
    for (const part of parts) times.set(part, (times.get(part) ?? 0) + 1);
    if (needed === 1 || needed === parts.length) {
      return gate(needed === 1 ? 1 : times.size, [...times.keys()], hint);
    }
    return spelled(needed, [...times], hint);
  }

  /**
   * "So many of these" by AND and OR where one counts several times, or may come down to the same as
   * another: SCRAM 0.16.2 takes 2 of (x, x, y) for y. Only of holders that differ is it one gate.
   */
  function spelled(min: number, times: readonly (readonly [Part, number])[], hint: Hint): Term {
    const isPlain = ([{ type }, count]: readonly [Part, number]) => type === 'basic' && count === 1;
    const plain = times.filter(isPlain).map(([part]) => part);
    // What it takes to have none, one, two, ... of those looked at so far.
    let having = Array.from({ length: min + 1 }, (_, left) => gate(left, plain, hint));
    for (const [part, count] of times.filter((each) => !isPlain(each))) {
      const before = having;
      having = before.map((without, left) =>
        atLeast(
          1,
          [without, atLeast(2, [part, before[Math.max(0, left - count)] ?? true], hint)],
          hint,
        ),
      );
    }
    return having[min] ?? true;
  }

  return { holder, atLeast };
}

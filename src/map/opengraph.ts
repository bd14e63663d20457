/**
 * A map for BloodHound, beside the graphs of its other collectors. It knows no AND: who suffices alone
 * `CastellanControls`; who needs others has a `CastellanPartIn`, with the quorum as a property.
 * @see https://bloodhound.specterops.io/opengraph/developer/schema
 */
import { printableAll } from '../words.ts';
import type { PowerDocument } from './document.ts';
import { grouped } from './grouped.ts';
import { unique } from './identifiers.ts';
import { nodesOf, nodeText, partsOf, type Requirement } from './wording.ts';

type Properties = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The map as an OpenGraph payload. */
export function powerOpenGraph(document: PowerDocument): string {
  const map = printableAll(document);
  const ids = namedNodes(map);
  const edges = edgesOf(map);
  const payload = {
    metadata: { source_kind: 'Castellan' },
    graph: {
      nodes: [
        ...[...ids].map(([node, id]) => ({
          id,
          kinds: [KINDS[partsOf(node).kind] ?? 'CastellanPower'],
          properties: propertiesOf(map, node),
        })),
        ...(edges.some(({ from }) => from === null) ? [ANYONE] : []),
      ],
      edges: edges.map(({ kind, from, to, properties }) => ({
        kind,
        start: { match_by: 'id', value: from === null ? ANYONE.id : ids.get(from) },
        end: { match_by: 'id', value: ids.get(to) },
        properties,
      })),
    },
  };
  return `${JSON.stringify(payload, null, 2)}\n`;
}

/** Who holds what nobody is needed for any more. */
const ANYONE = {
  id: 'castellan anyone',
  kinds: ['CastellanAnyone'],
  properties: { name: 'anyone' },
};

const KINDS: Readonly<Record<string, string>> = {
  act: 'CastellanAccount',
  role: 'CastellanRole',
  key: 'CastellanKey',
  person: 'CastellanPerson',
  device: 'CastellanDevice',
  vendor: 'CastellanVendor',
  opaque: 'CastellanUnread',
};

/** The ids of all nodes: BloodHound finds none with a colon, and does not tell apart by case. */
function namedNodes({ positions, rules }: PowerDocument): ReadonlyMap<string, string> {
  const nodes = new Set([
    ...positions.map(({ account }) => `act(${account})`),
    ...rules.flatMap(({ grants, requires }) => [grants, ...nodesOf(requires)]),
  ]);
  const nameFor = unique();
  return new Map([...nodes].map((node) => [node, nameFor(node.replaceAll(':', '/'))]));
}

function propertiesOf(map: PowerDocument, node: string): Properties {
  const { kind, id } = partsOf(node);
  const takes = kind === 'act' || kind === 'spend';
  const position = takes ? map.positions.find(({ account }) => account === id) : undefined;
  const unread = map.unread.filter(({ account }) => account === id).map(({ reason }) => reason);
  return {
    name: nodeText(node, map.names),
    node,
    ...(unread.length === 0 ? {} : { unread }),
    ...(position === undefined
      ? {}
      : {
          position: true,
          ...(position.usd === null ? {} : { usd: Number(position.usd) }),
          ...(position.fewest === null ? {} : { fewest: position.fewest }),
          ...(position.soonest === null ? {} : { soonest: position.soonest }),
        }),
  };
}

interface Edge {
  readonly kind: 'CastellanControls' | 'CastellanPartIn';
  /** `null`: anyone. */
  readonly from: string | null;
  readonly to: string;
  readonly properties: Properties;
}

/** What one rule gives a node. */
interface Way {
  readonly from: string | null;
  readonly to: string;
  readonly isAlone: boolean;
  readonly delay: number;
  readonly quorum: readonly string[];
  readonly reader: string;
  readonly inferred: boolean;
}

/** One for each kind between two nodes: of several, BloodHound keeps the last. */
function edgesOf({ rules }: PowerDocument): readonly Edge[] {
  const ways = rules.flatMap(({ requires, grants, reader, inferred }): readonly Way[] => {
    const common = { to: grants, reader, inferred };
    const given = soonest(requires, null);
    if (given < Number.POSITIVE_INFINITY) {
      return [{ ...common, from: null, isAlone: true, delay: given, quorum: [] }];
    }
    return partsIn(requires, [], 0).map(({ node, quorum, delay }) => {
      const alone = soonest(requires, node);
      const isAlone = alone < Number.POSITIVE_INFINITY;
      return { ...common, from: node, isAlone, delay: isAlone ? alone : delay, quorum };
    });
  });
  const merged = grouped(ways, ({ isAlone, from, to }) => JSON.stringify([isAlone, from, to]));
  return [...merged.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { isAlone, from, to } = first;
    const quorum = new Set(same.map((way) => way.quorum.join(', of these ')).filter(Boolean));
    return {
      kind: isAlone ? 'CastellanControls' : 'CastellanPartIn',
      from,
      to,
      properties: {
        delay: Math.min(...same.map(({ delay }) => delay)),
        ...(quorum.size === 0 ? {} : { quorum: [...quorum] }),
        reader: [...new Set(same.map(({ reader }) => reader))],
        inferred: same.every(({ inferred }) => inferred),
      },
    };
  });
}

/** The seconds until `node`, and whoever has consented already, meet a requirement. */
function soonest(requirement: Requirement, node: string | null): number {
  if (typeof requirement === 'string') return requirement === node ? 0 : Number.POSITIVE_INFINITY;
  if ('given' in requirement) return 0;
  if ('after' in requirement) return soonest(requirement.requires, node) + requirement.after;
  const { min, of } = quorumOf(requirement);
  const times = of.map((part) => soonest(part, node)).sort((a, b) => a - b);
  return times[min - 1] ?? Number.POSITIVE_INFINITY;
}

interface PartIn {
  readonly node: string;
  /** What is asked for on the way, from the whole requirement inwards: "2 of 3 owners". */
  readonly quorum: readonly string[];
  readonly delay: number;
}

/** Every part that a node has in a requirement. */
function partsIn(
  requirement: Requirement,
  quorum: readonly string[],
  delay: number,
): readonly PartIn[] {
  if (typeof requirement === 'string') return [{ node: requirement, quorum, delay }];
  if ('given' in requirement) return [];
  if ('after' in requirement) {
    return partsIn(requirement.requires, quorum, delay + requirement.after);
  }
  const { min, of, role = '' } = quorumOf(requirement);
  const says = `${min} of ${of.length} ${role}`.trim();
  return of.flatMap((part) => partsIn(part, [...quorum, says], delay));
}

function quorumOf(
  requirement: Exclude<Requirement, string | { after: number } | { given: string }>,
): {
  readonly min: number;
  readonly of: readonly Requirement[];
  readonly role?: string | undefined;
} {
  if ('all' in requirement) return { min: requirement.all.length, of: requirement.all };
  if ('any' in requirement) return { min: 1, of: requirement.any };
  return { min: requirement.atLeast, of: requirement.of, role: requirement.role };
}

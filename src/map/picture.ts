/**
 * A map as a graph to draw: accounts and holders as vertices, rules as edges from who has power to what
 * they have it over. "2 of 3" and its like are vertices of their own, so that each is said once.
 */
import { describeSeconds } from '../power/describe.ts';
import { briefUsd, fullId, printableAll, short } from '../words.ts';
import type { PowerDocument } from './document.ts';
import { grouped } from './grouped.ts';
import {
  fewestText,
  type Heat,
  heatOf,
  isDeclared,
  kindsOf,
  nodesOf,
  type Position,
  partsOf,
  type Requirement,
  soonestText,
  worthText,
} from './wording.ts';

/** What is drawn as one thing. */
export interface Vertex {
  readonly id: string;
  readonly type: 'position' | 'account' | 'key' | 'person' | 'device' | 'vendor' | 'gate' | 'free';
  /** By what it is known, and what else is said of it, a line each. */
  readonly title: string;
  readonly lines: readonly string[];
  /** What it is in full, where the title is short. */
  readonly full: string;
  readonly isUnread: boolean;
  /** How soon a position is taken. */
  readonly heat: Heat;
}

/** Power of `from` over `to`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** Found in the bytecode alone. */
  readonly isInferred: boolean;
  /** Whether it is a step towards taking the account; else to pause it, to veto, … */
  readonly takes: boolean;
}

export interface Picture {
  /** Where and when. */
  readonly title: string;
  readonly warning: string | null;
  readonly vertices: readonly Vertex[];
  readonly edges: readonly Edge[];
}

/** A larger picture can be neither laid out in time nor read. */
const MAX_VERTICES = 300;

/** What is to be drawn of a map: all that power over its positions rests on. */
export function toPicture(document: PowerDocument): Picture {
  const map = printableAll(document);
  const drawing = draw(map);
  const vertices = [...drawing.vertices].slice(0, MAX_VERTICES);
  const ids = new Map(vertices.map(([id], index) => [id, `n${index}`]));
  const unread = map.unread.length;
  const warnings = [
    ...(unread === 0 ? [] : [`${unread} could not be read: more may hold power`]),
    ...(ids.size === drawing.vertices.size
      ? []
      : [`only ${ids.size} of ${drawing.vertices.size} are drawn`]),
  ];
  return {
    title: `Chain ${map.chainId}, block ${map.block.number}, ${map.block.time.slice(0, 10)}`,
    warning: warnings.length === 0 ? null : warnings.join('; '),
    vertices: vertices.map(([id, vertex]) => ({ ...vertex, id: ids.get(id) ?? id })),
    edges: mergeEdges(drawing.edges).flatMap((edge) => {
      const [from, to] = [ids.get(edge.from), ids.get(edge.to)];
      return from === undefined || to === undefined ? [] : [{ ...edge, from, to }];
    }),
  };
}

interface Drawing {
  readonly vertices: ReadonlyMap<string, Vertex>;
  readonly edges: readonly Edge[];
}

function draw(map: PowerDocument): Drawing {
  const rulesFor = grouped(map.rules, ({ grants }) => grants);
  const rulesOn = grouped(map.rules, ({ grants }) => vertexIdOf(grants));
  const vertices = new Map<string, Vertex>();
  const edges: Edge[] = [];
  const seen = new Set<string>();
  const pending: string[] = [];

  /** Notes that a node is drawn, and its rules with it. */
  const open = (node: string): string => {
    const id = vertexIdOf(node);
    if (!seen.has(node)) pending.push(node);
    seen.add(node);
    if (!vertices.has(id)) vertices.set(id, vertexOf(map, node));
    return id;
  };

  /** Draws what a requirement needs, and leads it to `to`. */
  const lead = (requirement: Requirement, edge: Omit<Edge, 'from'>): void => {
    if (typeof requirement === 'string') {
      const from = open(requirement);
      if (from !== edge.to) edges.push({ ...edge, from });
      return;
    }
    if ('after' in requirement) {
      const wait = `after ${describeSeconds(requirement.after)}`;
      lead(requirement.requires, { ...edge, label: [edge.label, wait].join(' ').trim() });
      return;
    }
    if ('given' in requirement) {
      const from = `free ${requirement.given}`;
      vertices.set(from, simple(from, 'free', 'anyone', [requirement.given]));
      edges.push({ ...edge, from });
      return;
    }
    const { parts, says } = gateOf(requirement);
    const [only, ...more] = parts;
    if (only === undefined) return;
    if (more.length === 0) {
      lead(only, edge);
      return;
    }
    // The same condition on the same account is drawn once, whatever it is good for.
    const gate = `gate ${edge.to} ${JSON.stringify(requirement)}`;
    if (!vertices.has(gate)) {
      vertices.set(gate, simple(gate, 'gate', says, []));
      for (const part of parts) {
        lead(part, { to: gate, label: '', isInferred: edge.isInferred, takes: edge.takes });
      }
    }
    edges.push({ ...edge, from: gate });
  };

  for (const { account } of map.positions) open(`act(${account})`);
  for (const { grants } of map.rules) {
    if (map.positions.some(({ account }) => partsOf(grants).id === account)) open(grants);
  }
  for (let node = pending.shift(); node !== undefined; node = pending.shift()) {
    const takes = leadsToTaking(rulesOn.get(vertexIdOf(node)) ?? [], node);
    for (const { requires, inferred } of rulesFor.get(node) ?? []) {
      lead(requires, { to: vertexIdOf(node), label: labelOf(node), isInferred: inferred, takes });
    }
  }
  return { vertices, edges };
}

/** All powers over an account, its key and what is unread of it are drawn as one. */
const vertexIdOf = (node: string): string => (isDeclared(node) ? node : partsOf(node).id);

/** What a power is called on its edge; full control is what is meant where nothing is said. */
function labelOf(node: string): string {
  const { kind, detail } = partsOf(node);
  if (kind === 'role') return detail ?? 'role';
  return kind === 'act' || kind === 'key' || isDeclared(node) ? '' : kind;
}

const TAKING: ReadonlySet<string> = new Set(['act', 'spend', 'key', 'person', 'device', 'vendor']);

/** Whether an account's own rules make full control or spending of this node. */
function leadsToTaking(ownRules: Readonly<PowerDocument['rules']>, node: string): boolean {
  const reached = new Set([node]);
  for (const each of reached) {
    if (TAKING.has(partsOf(each).kind)) return true;
    for (const { grants, requires } of ownRules) {
      if (nodesOf(requires).includes(each)) reached.add(grants);
    }
  }
  return false;
}

function gateOf(
  requirement: Exclude<Requirement, string | { after: number } | { given: string }>,
): {
  readonly parts: readonly Requirement[];
  readonly says: string;
} {
  if ('all' in requirement) {
    return { parts: requirement.all, says: `all ${requirement.all.length}` };
  }
  if ('any' in requirement) {
    return { parts: requirement.any, says: `1 of ${requirement.any.length}` };
  }
  const { atLeast, of, role = '' } = requirement;
  return { parts: of, says: `${atLeast} of ${of.length} ${role}`.trim() };
}

const simple = (
  id: string,
  type: Vertex['type'],
  title: string,
  lines: readonly string[],
): Vertex => ({ id, type, title, lines, full: title, isUnread: false, heat: 'none' });

function vertexOf(map: PowerDocument, node: string): Vertex {
  const { kind, id } = partsOf(node);
  if (kind === 'person' || kind === 'device' || kind === 'vendor') {
    return simple(node, kind, map.names[node] ?? id, [kind]);
  }
  const address = short(fullId(id));
  const position = map.positions.find(({ account }) => account === id);
  const name = position?.name ?? map.names[id];
  const isKey = map.rules.some(({ grants, requires }) => {
    return grants === `act(${id})` && requires === `key(${id})`;
  });
  const isUnread = map.rules.some(({ requires }) => requires === `opaque(${id})`);
  const isKnown = map.accounts.some(({ account, kinds }) => account === id && kinds.length > 0);
  const what = isKey ? 'key' : kindsOf(map, id);
  return {
    id,
    type: position !== undefined ? 'position' : isKey ? 'key' : 'account',
    title: name ?? address,
    lines: [
      ...(name === undefined ? [] : [address]),
      isUnread ? (isKnown ? `${what}, read in part` : 'not read') : what,
      ...(position === undefined ? [] : standing(position)),
    ],
    full: name === undefined ? fullId(id) : `${name} ${fullId(id)}`,
    isUnread,
    heat: position === undefined ? 'none' : heatOf(position),
  };
}

const standing = (position: Position): readonly string[] => [
  worthText(position, briefUsd),
  `${fewestText(position)}, ${soonestText(position)}`,
];

/** At most this many labels are written on one edge. */
const MAX_LABELS = 3;

/** One edge for all powers of one over another. */
function mergeEdges(edges: readonly Edge[]): readonly Edge[] {
  const groups = grouped(edges, ({ from, to }) => `${from}\n${to}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const labels = [...new Set(group.map(({ label }) => label))].filter((label) => label !== '');
    const rest = labels.length - MAX_LABELS;
    const said = rest > 0 ? [...labels.slice(0, MAX_LABELS), `${rest} more`] : labels;
    return [
      {
        ...first,
        label: said.join(', '),
        isInferred: group.every(({ isInferred }) => isInferred),
        takes: group.some(({ takes }) => takes),
      },
    ];
  });
}

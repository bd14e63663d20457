import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { access } from './authority/access.ts';
import { approvals } from './authority/approvals.ts';
import { bridge } from './authority/bridge.ts';
import { delegatecall } from './authority/delegatecall.ts';
import { governance } from './authority/governance.ts';
import { keys } from './authority/keys.ts';
import { modules } from './authority/modules.ts';
import { nested } from './authority/nested.ts';
import { proxies } from './authority/proxies.ts';
import { redeployment } from './authority/redeployment.ts';
import { safe } from './authority/safe.ts';
import { tokens } from './authority/tokens.ts';
import {
  type AuthorityGroup,
  buildWorld,
  changesOf,
  expectedLines,
  foundLines,
  positionsOf,
  type RoutineGroup,
  verdictOn,
  type World,
} from './catalogue.ts';
import { defi } from './routine/defi.ts';
import { governance as decisions } from './routine/governance.ts';
import { payments } from './routine/payments.ts';

const AUTHORITY: readonly AuthorityGroup[] = [
  safe,
  delegatecall,
  nested,
  modules,
  governance,
  access,
  proxies,
  tokens,
  approvals,
  bridge,
  redeployment,
  keys,
];
const ROUTINE: readonly RoutineGroup[] = [payments, defi, decisions];
/** Of the routine, this share may be held. */
const MOST_HELD = 0.1;

/** Keeps a group on a chain while its tests run. */
function standing(group: AuthorityGroup | RoutineGroup): () => World {
  let world: World | null = null;
  beforeAll(async () => {
    world = await buildWorld(group);
  });
  afterAll(() => world?.chain.stop());
  return () => {
    if (world === null) throw new Error(`${group.title} was not built`);
    return world;
  };
}

describe.each(AUTHORITY)('$title', (group) => {
  const world = standing(group);

  describe.each(group.changes)('$name', (change) => {
    const { request, decision, gains, loses, finds, lookAlike } = change;

    test('is seen', async () => {
      const verdict = await verdictOn(world(), group, positionsOf(change), request);
      const { names } = world();
      const accounts = [...positionsOf(change), ...positionsOf({ gains })];
      const gained = changesOf(verdict, 'gained', names, accounts);
      const lost = changesOf(verdict, 'lost', names, accounts);
      expect({
        decision: verdict.decision,
        gained: foundLines(gained, names, gains),
        lost: loses === undefined ? null : foundLines(lost, names, loses),
      }).toEqual({
        decision,
        gained: expectedLines(gains),
        lost: loses === undefined ? null : expectedLines(loses),
      });
      if (finds !== undefined) expect(verdict.findings.map(({ id }) => id)).toContain(finds);
    });

    test(`${lookAlike.name} is not`, async () => {
      const verdict = await verdictOn(world(), group, positionsOf(change), lookAlike.request);
      const { gained, lost } = verdict.power;
      expect({ decision: verdict.decision, gained, lost }).toEqual({
        decision: lookAlike.decision,
        gained: [],
        lost: [],
      });
    });
  });
});

describe('routine', () => {
  const decided: string[] = [];

  describe.each(ROUTINE)('$title', (group) => {
    const world = standing(group);

    for (const { name, request, held } of group.routine) {
      test(`${name}${held === undefined ? '' : `: held, ${held}`}`, async () => {
        const { decision } = await verdictOn(world(), group, group.positions, request);
        decided.push(decision);
        expect(decision).toBe(held === undefined ? 'SIGN' : 'HOLD');
      });
    }
  });

  test('none is rejected', () => {
    expect(decided).not.toContain('REJECT');
  });

  test('at most a tenth is held', async ({ annotate }) => {
    const held = decided.filter((decision) => decision === 'HOLD').length;
    const percent = ((100 * held) / decided.length).toFixed(1);
    await annotate(`routine: ${held} of ${decided.length} transactions held, ${percent} %`);
    expect(held / decided.length).toBeLessThanOrEqual(MOST_HELD);
  });
});

test('at least 60 changes of authority and 100 transactions of routine, each under a name of its own', () => {
  const changes = AUTHORITY.flatMap((group) =>
    group.changes.map(({ name }) => `${group.title}: ${name}`),
  );
  const routine = ROUTINE.flatMap((group) =>
    group.routine.map(({ name }) => `${group.title}: ${name}`),
  );
  expect(changes.length).toBeGreaterThanOrEqual(60);
  expect(routine.length).toBeGreaterThanOrEqual(100);
  expect(new Set([...changes, ...routine]).size).toBe(changes.length + routine.length);
  for (const { gains, loses = [], finds } of AUTHORITY.flatMap((group) => group.changes)) {
    expect(gains.length + loses.length > 0 || finds !== undefined).toBe(true);
  }
});

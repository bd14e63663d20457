import { beforeAll, describe, expect, test } from 'vitest';
import { toPowerDocument } from '../../src/map/document.ts';
import { powerMef } from '../../src/map/mef.ts';
import type { Coalitions } from '../../src/power/coalitions.ts';
import { type SimpleAction, taking } from '../../src/power/model.ts';
import { type Estate, type Survey, survey } from '../support/estate.ts';
import {
  coalitionsIn,
  duration,
  linesOf,
  type Names,
  rulesIn,
  writeCoalition,
  writeRule,
} from '../support/estate-notation.ts';
import { coalitionsOf, cutSetsByScram, hasScram } from '../support/fault-trees.ts';
import { stateOfReads } from '../support/states.ts';
import { bridge } from './bridge.ts';
import { dao } from './dao.ts';
import { exchange } from './exchange.ts';
import { lending } from './lending.ts';
import { protocol } from './protocol.ts';
import { stablecoin } from './stablecoin.ts';

const ESTATES: readonly Estate[] = [exchange, protocol, lending, stablecoin, dao, bridge];

/** What is on one side alone. */
const compare = (expected: readonly string[], found: readonly string[]) => ({
  missing: [...new Set(expected)].filter((each) => !found.includes(each)).sort(),
  extra: [...new Set(found)].filter((each) => !expected.includes(each)).sort(),
});
const SAME = { missing: [], extra: [] };

const describeTaking = ({ list }: Pick<Coalitions, 'list'>, names: Names) => ({
  fewest: list[0]?.leaves.length ?? null,
  soonest: list.length === 0 ? null : duration(Math.min(...list.map(({ seconds }) => seconds))),
  by: list.map((each) => writeCoalition(each, names)).sort(),
});

test('six estates, of at least 60 contracts in all', () => {
  expect(ESTATES).toHaveLength(6);
  const contracts = ESTATES.reduce((sum, each) => sum + each.contracts, 0);
  expect(contracts).toBeGreaterThanOrEqual(60);
});

describe.each(ESTATES)('$title', (estate) => {
  let surveyed: Survey;
  beforeAll(async () => {
    surveyed = await survey(estate);
  });

  test('every rule is right, none is missing, none is extra', () => {
    const { map, names } = surveyed;
    const keys = estate.keys.map((name) => `act(${name}) <= key(${name})`);
    const rules = map.rules.flatMap((rule) => writeRule(rule, names));
    expect(compare([...keys, ...rulesIn(estate.rules)], rules)).toEqual(SAME);
  });

  test('what is not read is said', () => {
    const { map, names } = surveyed;
    const unread = map.unread.map(({ account, reason }) => `${names(account)}: ${names(reason)}`);
    expect(compare(linesOf(estate.unread), unread)).toEqual(SAME);
  });

  test('who takes each position, the fewest, and how soon', () => {
    const { map, names, accountOf } = surveyed;
    const powers = new Map(map.powers.map((each) => [each.position.account, each]));
    const found: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const [what, { fewest, soonest, by }] of Object.entries({
      ...estate.positions,
      ...estate.others,
    })) {
      const [, action = 'act', name = what] = /^(\w+)\((.*)\)$/.exec(what) ?? [];
      const power = powers.get(`eip155:1:${accountOf(name)}`);
      const coalitions =
        what === name
          ? power?.coalitions
          : power?.others.find((each) => each.action === (action as SimpleAction))?.coalitions;
      found[what] = describeTaking(coalitions ?? { list: [] }, names);
      expected[what] = { fewest, soonest, by: [...coalitionsIn(by)].sort() };
      expect(coalitions?.complete ?? true).toBe(true);
    }
    expect(found).toEqual(expected);
  });

  test.skipIf(!hasScram())('SCRAM, where it is installed, finds the same coalitions', () => {
    const { map } = surveyed;
    const document = toPowerDocument('node.example', stateOfReads({}), map);
    expect(cutSetsByScram(powerMef(document))).toEqual(
      map.powers.map(({ position: { account } }) =>
        coalitionsOf(map.rules, taking(map.rules, account)),
      ),
    );
  });

  test(`is made of ${estate.contracts} contracts`, () => {
    expect(surveyed.contracts).toHaveLength(estate.contracts);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { safe } from './authority/safe.ts';
import {
  type AuthorityGroup,
  buildWorld,
  expectedLines,
  foundLines,
  positionsOf,
  verdictOn,
  type World,
} from './catalogue.ts';

const AUTHORITY: readonly AuthorityGroup[] = [safe];

describe.each(AUTHORITY)('$title', (group) => {
  let world: World;
  beforeAll(async () => {
    world = await buildWorld(group);
  });
  afterAll(() => world.chain.stop());

  describe.each(group.changes)('$name', (change) => {
    const { request, decision, gains, loses = [], lookAlike } = change;

    test('is seen', async () => {
      const verdict = await verdictOn(world, group, positionsOf(change), request);
      const { gained, lost } = verdict.power;
      expect({
        decision: verdict.decision,
        gained: foundLines(gained, world.names, gains),
        lost: loses.length === 0 ? [] : foundLines(lost, world.names, loses),
      }).toEqual({ decision, gained: expectedLines(gains), lost: expectedLines(loses) });
    });

    test(`and ${lookAlike.name} changes nothing`, async () => {
      const verdict = await verdictOn(world, group, positionsOf(change), lookAlike.request);
      expect(verdict.power).toMatchObject({ gained: [], lost: [] });
      expect(verdict.decision).toBe(lookAlike.decision);
    });
  });
});

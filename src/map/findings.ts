/** What a map should not show. An account that could not be read is no finding: it is said to be unread. */
import type { AnalysedState, PositionPower } from '../power/analysis.ts';
import { describeWhen } from '../power/describe.ts';
import { type AccountId, nodeId } from '../power/model.ts';
import { count } from '../words.ts';
import { shortNode } from './wording.ts';

export interface MapFinding {
  readonly id: 'taken-by-anyone' | 'taken-by-one';
  readonly severity: 'critical' | 'high';
  readonly account: AccountId;
  readonly title: string;
}

/** One holder who has to wait this long can be seen and stopped. */
const DAY = 86_400;

type Names = ReadonlyMap<string, string>;

/** The findings of each position, in their order. */
export const findingsIn = ({
  powers,
  names,
}: Pick<AnalysedState, 'powers'> & { readonly names: Names }): readonly MapFinding[] =>
  powers.flatMap((power) => [...takenByAnyone(power), ...takenByOne(power, names)]);

function takenByAnyone({ position, coalitions }: PositionPower): readonly MapFinding[] {
  const [free] = coalitions.list.filter(({ leaves }) => leaves.length === 0);
  if (free === undefined) return [];
  const title = `anyone can take it, ${describeWhen(free.seconds)}: nobody's consent is needed any more`;
  return [{ id: 'taken-by-anyone', severity: 'critical', account: position.account, title }];
}

function takenByOne({ position, coalitions }: PositionPower, names: Names): readonly MapFinding[] {
  const alone = coalitions.list
    .filter(({ leaves: [leaf, ...more], seconds }) => {
      return leaf !== undefined && leaf.kind !== 'opaque' && more.length === 0 && seconds < DAY;
    })
    .map(({ leaves, seconds }) => {
      const who = leaves.map((leaf) => shortNode(nodeId(leaf), Object.fromEntries(names)));
      return `${who.join()} alone can take it, ${describeWhen(seconds)}`;
    });
  const [first, ...others] = alone;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `; so can ${count(others.length, 'other')}`;
  const { account } = position;
  return [{ id: 'taken-by-one', severity: 'high', account, title: `${first}${more}` }];
}

import {
  isMinorChange,
  NO_HISTORY,
  type OffsetHistory,
  offsetsIn,
  pack,
  unpack,
  withExact,
} from '../../../../lambdas/reports/primary-time/offset-history.ts';

const DAY = 86_400;
const BEGUN = 1_700_000_000;
const at = (day: number, seconds: number) => ({ moment: BEGUN + day * DAY, seconds });
const days = ({ exact }: OffsetHistory) => exact.map(({ moment }) => (moment - BEGUN) / DAY);

it.each<OffsetHistory>([
  NO_HISTORY,
  { exact: [at(0, 18_000)] },
  { exact: [at(0, 0), at(5, 0), at(200, -20_700), at(201, -20_700), at(202, 43_200), at(203, -50_400)] },
  { exact: [{ ...at(0, 18_000), isUnsure: true }, at(1, 14_400), { ...at(2, 14_400), isUnsure: true }] },
  { exact: [], estimate: { at: BEGUN, seconds: -3_600 } },
  { exact: [at(0, 14_400), at(10, 14_400)], estimate: { at: BEGUN + 11 * DAY, seconds: 18_000 } },
])('is stored as text (%#)', (history) => {
  expect(unpack(pack(history))).toEqual(history);
});

it('is nothing when nothing is stored', () => {
  expect(unpack(undefined)).toEqual(NO_HISTORY);
});

it('what follows from the evidence around it is not kept, with any order of arrival', () => {
  const all = Array.from({ length: 30 }, (_, day) => at(day, 18_000));
  expect(days(withExact(NO_HISTORY, all))).toEqual([0, 14, 28, 29]);
  const late = withExact(withExact(NO_HISTORY, [at(0, 18_000), at(10, 18_000)]), [at(5, 18_000)]);
  expect(days(late)).toEqual([0, 10]);
  const changed = withExact(late, [at(20, 14_400), at(15, 18_000)]);
  expect(days(changed)).toEqual([0, 10, 15, 20]);
  expect(offsetsIn(changed)).toEqual([
    { from: 0, seconds: 18_000 },
    { from: BEGUN + 15 * DAY + 1, seconds: 14_400 },
  ]);
});

it('has an end: the oldest evidence is dropped, and two years fit into 400 bytes', () => {
  const all = Array.from({ length: 3_000 }, (_, day) => at(day, day % 365 < 180 ? 18_000 : 14_400));
  const history = withExact(NO_HISTORY, all);
  expect(history.exact.length).toBeLessThanOrEqual(64);
  expect(history.exact.at(-1)).toEqual(all.at(-1));
  expect(days(history)[0]).toBeLessThan(3_000 - 730);
  expect(pack(history).length).toBeLessThan(400);
});

it('of two offsets for one moment the smaller one counts, whichever comes first', () => {
  for (const order of [
    [14_400, 18_000],
    [18_000, 14_400],
  ]) {
    const history = order.reduce((known, seconds) => withExact(known, [at(0, seconds)]), NO_HISTORY);
    expect(history.exact).toEqual([at(0, 14_400)]);
  }
});

it('sure evidence counts instead of unsure one of its moment, and around it if it agrees, in any order', () => {
  const unsure = (day: number, seconds: number) => ({ ...at(day, seconds), isUnsure: true as const });
  const sure = [at(0, 18_000), at(5, 18_000), at(30, 14_400), at(60, 14_400)];
  const late = [
    unsure(0, 14_400),
    unsure(1, 14_400),
    unsure(2, 18_000),
    unsure(40, 18_000),
    unsure(70, 18_000),
  ];
  const kept = [...sure, ...late.slice(3)].sort((a, b) => a.moment - b.moment);
  for (const all of [
    [...sure, ...late],
    [...late, ...sure],
  ])
    expect(all.reduce((known, one) => withExact(known, [one]), NO_HISTORY).exact).toEqual(kept);
});

it('newer evidence of the same offset is minor within an hour', () => {
  const stored = withExact(NO_HISTORY, [at(0, 18_000), at(1, 18_000)]);
  const moved = (...more: { moment: number; seconds: number }[]) =>
    isMinorChange(stored, withExact(stored, more));
  expect(moved(at(1 + 1 / 24 - 1 / DAY, 18_000))).toBe(true);
  expect(moved(at(1 + 1 / 24, 18_000))).toBe(false);
  expect(moved(at(1 + 1 / 48, 14_400))).toBe(false);
  expect(moved(at(-1, 18_000))).toBe(false);
  expect(moved(at(1 + 1 / 48, 18_000), at(0.5, 14_400))).toBe(false);
  expect(isMinorChange(stored, { ...stored, estimate: { at: BEGUN + 2 * DAY, seconds: 0 } })).toBe(false);
  const first = withExact(NO_HISTORY, [at(0, 18_000)]);
  expect(isMinorChange(first, withExact(first, [at(1 / 48, 18_000)]))).toBe(true);
  expect(isMinorChange(NO_HISTORY, first)).toBe(false);
});

import { type CommandState, isOpen, sourcesOf, TRANSITIONS } from '../../../lambdas/commands/states.ts';

const states = Object.keys(TRANSITIONS) as CommandState[];

it('I-4 allows exactly these transitions', () => {
  const all = states.flatMap((from) => TRANSITIONS[from].map((to) => `${from} → ${to}`));
  expect(all.sort()).toEqual(
    [
      'queued → sent',
      'queued → completed',
      'queued → failed',
      'queued → expired',
      'queued → cancelled',
      'sent → queued',
      'sent → completed',
      'sent → failed',
      'sent → timed_out',
      'sent → lost',
      'timed_out → completed',
      'timed_out → failed',
      'lost → completed',
      'lost → failed',
    ].sort(),
  );
});

it('every transition ends in a known state', () => {
  for (const from of states) for (const to of TRANSITIONS[from]) expect(states).toContain(to);
});

it.each(states)('I-4 from %s an end can be reached, and no end is open', (state) => {
  const reached = new Set<CommandState>([state]);
  for (const from of reached) for (const to of TRANSITIONS[from]) reached.add(to);
  const ends = [...reached].filter((one) => TRANSITIONS[one].length === 0);
  expect(ends.length).toBeGreaterThan(0);
  expect(ends.filter(isOpen)).toEqual([]);
});

it('an ended command never opens again', () => {
  for (const state of states.filter((one) => !isOpen(one))) {
    expect(TRANSITIONS[state].filter(isOpen)).toEqual([]);
  }
});

it('a response is accepted in any state of a command that was sent', () => {
  expect(sourcesOf('completed').sort()).toEqual(['lost', 'queued', 'sent', 'timed_out']);
  expect(sourcesOf('cancelled')).toEqual(['queued']);
});

import { errorOf, type MuteForm, requestOf } from '../../../console/src/views/mutes/mute-form.ts';

const FORM: MuteForm = {
  reason: ' maintenance ',
  until: '2026-12-01T08:00',
  groupId: ' berlin ',
  clientName: '',
  policyName: '',
  label: '',
  kinds: [],
  isRecurring: false,
  days: [],
  from: '22:00',
  to: '06:00',
  timeZone: 'Europe/Berlin',
};
const UNTIL = new Date('2026-12-01T08:00').toISOString();

test('a request has only the conditions that are given', () => {
  expect(requestOf(FORM)).toEqual({ reason: 'maintenance', until: UNTIL, groupId: 'berlin' });
});

test('a label and kinds are conditions', () => {
  const form = { ...FORM, groupId: '', label: 'tier = a=b', kinds: ['job-stuck' as const] };
  expect(errorOf(form)).toBeUndefined();
  expect(requestOf(form)).toEqual({
    reason: 'maintenance',
    until: UNTIL,
    labels: { tier: 'a=b' },
    kinds: ['job-stuck'],
  });
});

test('a recurring window has its days in the order of the week', () => {
  const form = { ...FORM, isRecurring: true, days: ['sun', 'sat'] as const };
  expect(requestOf(form)?.window).toEqual({
    days: ['sat', 'sun'],
    from: '22:00',
    to: '06:00',
    timeZone: 'Europe/Berlin',
  });
});

test.each([
  [{ groupId: ' ' }, 'needsCondition'],
  [{ label: 'gold' }, 'badLabel'],
  [{ label: '=gold' }, 'badLabel'],
  [{ isRecurring: true }, 'needsDay'],
  [{}, undefined],
] as const)('%j: %s', (changes, error) => {
  expect(errorOf({ ...FORM, ...changes })).toBe(error);
});

test('there is no request without a time', () => {
  expect(requestOf({ ...FORM, until: '' })).toBeUndefined();
});

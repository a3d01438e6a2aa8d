import { explainRejection } from '../../../lambdas/connections/rejection-reasons.ts';
import { explainClose, isExpectedBack, isPlanned } from '../../../lambdas/groups/close-reasons.ts';

it.each([
  [{ closing: 'lifetime', closeCode: 1000 }, true, /two hours/],
  [{ closing: 'operator' }, true, /operator/],
  [{ closing: 'no-heartbeat' }, false, /no longer answered/],
  [{ closeCode: 1001 }, false, /NetBackup restarts/],
  [{ closeCode: 1009 }, false, /128 KB/],
  [{ closeCode: 4321, closeReason: 'odd' }, false, /^odd$/],
  [{}, false, /nobody said why/],
] as const)('%j: planned %s', (close, planned, words) => {
  expect(isPlanned(close)).toBe(planned);
  expect(explainClose(close)).toMatch(words);
});

it('CON-6 NetBackup comes back by itself, unless its token or endpoint was taken away', () => {
  expect(
    [{}, { closeCode: 1001 }, { closing: 'lifetime' }, { closing: 'operator' }].map((close) =>
      isExpectedBack(close as never),
    ),
  ).toEqual([true, true, true, true]);
  expect(isExpectedBack({ closing: 'token-ended' })).toBe(false);
});

it('a refusal says what to do about it; one that is not known is shown as it is', () => {
  expect(explainRejection('wrong-token')).toMatch(/newest details/);
  expect(explainRejection('later-reason')).toBe('later-reason');
});

import { explainRejection } from '../../../lambdas/connections/rejection-reasons.ts';
import {
  CODE_EXPLANATIONS,
  explainClose,
  isPlanned,
  shouldReconnect,
} from '../../../lambdas/groups/close-reasons.ts';
import {
  CLOSE_CODES,
  CLOSE_IDLE,
  CLOSE_SERVICE_RESTART,
} from '../../../lambdas/platform/gateway/close-codes.ts';

it.each([
  [{ closing: 'lifetime', closeCode: 1000 }, true, /two hours/],
  [{ closing: 'operator' }, true, /operator/],
  [{ closing: 'no-heartbeat' }, false, /no longer responded/],
  [{ closeCode: 1001 }, false, /NetBackup restarts/],
  [{ closeCode: 1009 }, false, /128 KB/],
  [{ closeCode: 1009 }, false, /64 MB/],
  [{ closeCode: 1012, closeReason: 'Service Restart' }, true, /connects again within a minute/],
  [{ closeCode: 1008 }, false, /large message/],
  [{ closeCode: 4005 }, false, /six minutes/],
  [{ closing: 'no-heartbeat', closeCode: 4003 }, false, /no longer responded/],
  [{ closeCode: 4321, closeReason: 'odd' }, false, /^odd$/],
  [{}, false, /not known/],
] as const)('%j: planned %s', (close, planned, explanation) => {
  expect(isPlanned(close)).toBe(planned);
  expect(explainClose(close)).toMatch(explanation);
});

it('every code that this side or the relay chooses is explained', () => {
  const codes = [...Object.values(CLOSE_CODES), CLOSE_IDLE, CLOSE_SERVICE_RESTART];
  for (const code of codes) expect(Object.keys(CODE_EXPLANATIONS)).toContain(String(code));
});

it('CON-6 NetBackup should reconnect, unless its token or endpoint was revoked', () => {
  expect(
    [{}, { closeCode: 1001 }, { closing: 'lifetime' }, { closing: 'operator' }].map((close) =>
      shouldReconnect(close as never),
    ),
  ).toEqual([true, true, true, true]);
  expect(shouldReconnect({ closing: 'token-ended' })).toBe(false);
});

it('a rejection is explained; an unknown reason is returned as it is', () => {
  expect(explainRejection('wrong-token')).toMatch(/newest details/);
  expect(explainRejection('later-reason')).toBe('later-reason');
});

import { closeStatusOf } from '../../../lambdas/sessions/close-status.ts';
import { comesBack, explainClose, isPlanned } from '../../../lambdas/sessions/closing-words.ts';
import { explainRejection } from '../../../lambdas/sessions/rejection-words.ts';

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
      comesBack(close as never),
    ),
  ).toEqual([true, true, true, true]);
  expect(comesBack({ closing: 'token-ended' })).toBe(false);
});

it('a refusal says what to do about it; one that is not known is shown as it is', () => {
  expect(explainRejection('wrong-token')).toMatch(/newest details/);
  expect(explainRejection('later-reason')).toBe('later-reason');
});

describe('closeStatusOf', () => {
  const list = (...attributes: unknown[]) =>
    JSON.stringify({ data: attributes.map((each) => ({ attributes: each })) });
  it('finds the endpoint by its host name, in any case', () => {
    const body = list(
      { hostName: 'other', closeStatus: 'TOO_BIG' },
      { hostName: 'WS.Example.com', closeStatus: 'GOING_AWAY' },
    );
    expect(closeStatusOf(body, 'ws.example.com')).toBe('GOING_AWAY');
  });
  it.each([
    undefined,
    null,
    7,
    '',
    'no JSON',
    '[]',
    '{"data":{}}',
    '{"data":[null,1,"x",{"attributes":null}]}',
    list({ hostName: 'ws.example.com' }),
    list({ hostName: 'ws.example.com', closeStatus: 5 }),
    list({ hostName: 'other', closeStatus: 'TOO_BIG' }),
  ])('says nothing of %j', (body) => {
    expect(closeStatusOf(body, 'ws.example.com')).toBeUndefined();
  });
});

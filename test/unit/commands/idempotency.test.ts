import { derivedCommandId, digestOf } from '../../../lambdas/commands/idempotency.ts';
import { isMessageId } from '../../../lambdas/platform/ids.ts';
import type { CommandCall } from '../../../lambdas/protocol/messages.ts';

describe('derivedCommandId', () => {
  it('is a valid message id, the same for the same key of the same caller and group', () => {
    const id = derivedCommandId('demo', 'caller', 'key-1');
    expect(isMessageId(id)).toBe(true);
    expect(derivedCommandId('demo', 'caller', 'key-1')).toBe(id);
  });
  it('I-13 differs for another group, caller or key', () => {
    const ids: [string, string, string][] = [
      ['demo', 'c', 'k'],
      ['demo', 'c', 'K'],
      ['demo2', 'c', 'k'],
      ['demo', '2c', 'k'],
      ['demo', 'c2', 'k'],
      ['demo', 'c', '2k'],
      ['dem', 'oc', 'k'],
    ];
    expect(new Set(ids.map((parts) => derivedCommandId(...parts))).size).toBe(ids.length);
  });
});

describe('digestOf', () => {
  const call: CommandCall = {
    method: 'POST',
    uri: '/netbackup/x',
    headers: { A: '1', B: '2' },
    parameters: 'p',
  };
  const digest = digestOf(call, 'k', [300, 'safe']);

  it.each<[string, CommandCall['headers']]>([
    ['headers in another order', { B: '2', A: '1' }],
    ['names in another case', { a: '1', b: '2' }],
    ['headers of one attempt', { ...call.headers, 'X-Request-ID': 'r', Date: 'now', 'user-agent': 'curl' }],
    ['tracing headers', { ...call.headers, traceparent: '00-1', tracestate: 'a=b', 'X-B3-TraceId': 'c' }],
  ])('is the same with %s', (_, headers) => {
    expect(digestOf({ ...call, headers }, 'k', [300, 'safe'])).toBe(digest);
  });

  const { parameters: _, ...without } = call;
  it.each<[string, CommandCall]>([
    ['method', { ...call, method: 'PUT' }],
    ['uri', { ...call, uri: '/netbackup/y' }],
    ['header', { ...call, headers: { A: '1' } }],
    ['user of NetBackup', { ...call, headers: { ...call.headers, Authorization: 'another' } }],
    ['reason for the audit', { ...call, headers: { ...call.headers, 'X-NetBackup-Audit-Reason': 'b' } }],
    ['body', { ...call, parameters: '' }],
    ['body, or none', without],
  ])('is another with another %s', (_, other) => {
    expect(digestOf(other, 'k', [300, 'safe'])).not.toBe(digest);
  });

  it('differs with other terms, without terms, or with another key', () => {
    const others = [
      digestOf(call, 'k', [301, 'safe']),
      digestOf(call, 'k', [300, 'always']),
      digestOf(call, 'k'),
      digestOf(call, 'K', [300, 'safe']),
    ];
    expect(new Set([digest, ...others]).size).toBe(5);
  });
});

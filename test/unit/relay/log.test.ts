import { createLog } from '../../../relay/log.ts';
import { createMetrics } from '../../../relay/metrics.ts';

const lines: string[] = [];
const write = (line: string) => void lines.push(line);
const written = () => lines.splice(0).map((line) => JSON.parse(line));

it('writes one JSON line with the code as its message', () => {
  createLog(write, 'INFO').info('started', { port: 8443, secret: undefined });
  expect(written()).toEqual([
    {
      level: 'INFO',
      message: 'started',
      code: 'started',
      service: 'relay',
      port: 8443,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
  ]);
});

it('leaves out what is below its level, and counts warnings and errors', () => {
  const counted: string[] = [];
  const log = createLog(write, 'ERROR', (code) => counted.push(code));
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d', new TypeError('bad'), { id: 1 });
  log.error('e', 'text');
  expect(written()).toMatchObject([
    { level: 'ERROR', code: 'd', errorName: 'TypeError', errorMessage: 'bad', id: 1 },
    { level: 'ERROR', code: 'e', errorMessage: 'text' },
  ]);
  expect(counted).toEqual(['c', 'd', 'e']);
});

it('writes nothing of an error but its name and message', () => {
  const error = Object.assign(new Error('refused'), { $response: { headers: { authorization: 'secret' } } });
  createLog(write, 'INFO').error('failed', error);
  expect(JSON.stringify(written())).not.toContain('secret');
});

it('writes metrics in the embedded format: counts since the last time by code, and values', () => {
  const metrics = createMetrics(write, 'nbwss', () => 1_700_000_000_000);
  metrics.count('messages');
  metrics.count('messages');
  metrics.gauge('Connections', 7);
  expect(written()).toEqual([
    {
      _aws: {
        Timestamp: 1_700_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'nbwss',
            Dimensions: [['service']],
            Metrics: [{ Name: 'Connections', Unit: 'Count' }],
          },
        ],
      },
      service: 'relay',
      Connections: 7,
    },
  ]);
  metrics.flush();
  expect(written()).toMatchObject([
    {
      _aws: {
        CloudWatchMetrics: [{ Dimensions: [['service', 'code']], Metrics: [{ Name: 'Occurrences' }] }],
      },
      service: 'relay',
      code: 'messages',
      Occurrences: 2,
    },
  ]);
  metrics.flush();
  expect(written()).toEqual([]);
});

it('writes no metrics without a namespace', () => {
  const metrics = createMetrics(write, undefined, Date.now);
  metrics.count('messages');
  metrics.gauge('Connections', 7);
  metrics.flush();
  expect(written()).toEqual([]);
});

/** What NetBackup answers about a job. */
import { attemptsOf, attributesOf } from '../../../console/src/views/jobs/netbackup-responses.ts';

const TRY_LOGS = JSON.stringify({
  data: [
    {
      type: 'parsedTryLogResponse',
      id: '20-1',
      attributes: {
        tryNumber: 1,
        tryStatusCode: 58,
        tryStatusMessage: "can't connect to client",
        tryStartTimestamp: '2026-11-28T22:00:00.000Z',
        tryEndTimestamp: '2026-11-28T22:05:00.000Z',
        tryLogEntries: [
          { message: 'connecting', severity: 'INFO', timestamp: '2026-11-28T22:00:00.000Z' },
          { message: 'no answer', timestamp: '2026-11-28T22:05:00.000Z' },
        ],
      },
    },
  ],
});

describe('the attempts of a job', () => {
  it('have their exit status and their log, line by line', () => {
    expect(attemptsOf(TRY_LOGS)).toEqual([
      {
        name: '1',
        status: '58',
        statusText: "can't connect to client",
        begin: '2026-11-28T22:00:00.000Z',
        end: '2026-11-28T22:05:00.000Z',
        lines: [
          { time: '2026-11-28T22:00:00.000Z', severity: 'INFO', message: 'connecting' },
          { time: '2026-11-28T22:05:00.000Z', severity: '', message: 'no answer' },
        ],
      },
    ]);
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"data":null}',
    '{"data":[1]}',
    '{"data":{"attributes":{"tryLogEntries":"x"}}}',
  ])('are none in %j', (body) => expect(attemptsOf(body)).toEqual([]));
});

describe('the attributes of a job', () => {
  it('are shown without those that say nothing, whatever their types', () => {
    const body = JSON.stringify({
      data: { attributes: { jobId: 5, policyName: 'p', empty: '', none: null, list: [], tags: ['a'] } },
    });
    expect(attributesOf(body)).toEqual([
      ['jobId', '5'],
      ['policyName', 'p'],
      ['tags', '["a"]'],
    ]);
  });

  it('have the numbers that NetBackup sent', () => {
    expect(attributesOf('{"data":[{"attributes":{"copyId":9007199254740993,"isOpen":false}}]}')).toEqual([
      ['copyId', '9007199254740993'],
      ['isOpen', 'false'],
    ]);
  });
});

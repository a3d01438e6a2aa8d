/** Whatever stands in a parameter or a body of any operation of the OpenAPI document: an answer or a refusal, no failure. */
import { type Deployment, type HttpAnswer, startDeployment } from '../support/deployment.ts';
import { job, notification } from '../support/raw-client.ts';
import { image, report } from '../support/reporting.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema?: { readonly type?: string; readonly example?: string };
  }[];
}

/** As they stand in a URL. */
const VALUES = [
  '%20',
  '0',
  '-1',
  '1.5',
  '1e3',
  '999999999999',
  '99999999999999999999999',
  'null',
  '__proto__',
  "'",
  '%00',
  '%0D%0AX:%20y',
  '%ED%A0%80',
  '%F0%9F%98%80',
  '%2F',
  '%252e%252e',
  'a,,b',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30',
  'demo',
  'bnVsbA',
  'x'.repeat(2_500),
];
const BODIES = ['', 'null', '[]', '"x"', '{', '{"groupId":null}', '{"apiKey":"\\ud800"}', '['.repeat(20_000)];

let deployment: Deployment;
let operations: readonly Operation[];
beforeAll(async () => {
  deployment = await startDeployment();
  const client = await deployment.connect(await deployment.createGroup('demo'));
  await report(deployment, client, [
    notification('JOB', job(1, 'DONE'), job(2, 'QUEUED')),
    notification('IMAGE', image('client01_1700000005', 'CREATE')),
    notification('TAPE', 1),
  ]);
  deployment.clock.advance(6_000);
  const { paths } = (await deployment.http('GET', '/v1/openapi.json')).json;
  operations = Object.entries<Record<string, Pick<Operation, 'parameters'>>>(paths).flatMap(([path, of]) =>
    Object.entries(of).map(([method, { parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
    })),
  );
});
afterAll(() => deployment.stop());

/** The path of an operation, on a group that nothing is lost with. */
const urlOf = ({ method, path }: Operation, given: Readonly<Record<string, string>> = {}) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'groupId') return given[name] ?? (method === 'DELETE' ? 'none' : 'demo');
    return given[name] ?? (name === 'jobId' ? '1' : 'x');
  });

/** Asks several at a time. @returns what was answered by a failure, or refused in another form than problem+json */
const failuresOf = async (requests: readonly [method: string, url: string, body?: string][]) => {
  const failures: string[] = [];
  const left = [...requests];
  const ask = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) {
      const [method, url, body] = next;
      // Nobody waits for a NetBackup that does not answer.
      const headers = { prefer: 'wait=0' };
      const answer = await deployment.http(method, url, body === undefined ? { headers } : { headers, body });
      if (!isAnswer(answer)) failures.push(`${method} ${url} ${body ?? ''}: ${answer.status} ${answer.text}`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, ask));
  return failures;
};

const isAnswer = ({ status, headers, json, text }: HttpAnswer): boolean =>
  status < 400 ||
  // The gateway's own: a path that leads to no route.
  text === '{"message":"Not Found"}' ||
  (headers.get('content-type') === 'application/problem+json' &&
    (status < 500 || ['no-answer-yet', 'not-connected'].includes(json.code)));

test('in a parameter', async () => {
  // A name means the same in all operations: the first one gets every value, the others get a sixth of them in turn.
  const seen = new Map<string, number>();
  const requests = operations.flatMap((operation) =>
    operation.parameters
      .filter((parameter) => parameter.in === 'path' || parameter.in === 'query')
      .flatMap(({ in: place, name }) => {
        const turn = seen.get(name) ?? 0;
        seen.set(name, turn + 1);
        return VALUES.filter((_, index) => turn === 0 || index % 6 === turn % 6).map(
          (value): [string, string] => [
            operation.method,
            place === 'path' ? urlOf(operation, { [name]: value }) : `${urlOf(operation)}?${name}=${value}`,
          ],
        );
      }),
  );
  expect(requests.length).toBeGreaterThan(500);
  expect(await failuresOf(requests)).toEqual([]);
}, 120_000);

test('numbers and times in a query are read strictly: others are refused', async () => {
  const wrong = (example: string) =>
    example.startsWith('20')
      ? ['2026-02-30', '2026-02-30T00:00:00Z', '2026-01-01T24:01:00Z', '1e2', '%205', '%2B5', '']
      : ['0x10', '1e2', '%205', '+5', '%2B5', '5%20', '05', '5.0', ''];
  const requests = operations.flatMap((operation) =>
    operation.parameters
      .filter(({ in: place }) => place === 'query')
      .flatMap(({ name, schema: { type, example = '' } = {} }) =>
        type === 'integer' || example.startsWith('20') || name === 'status'
          ? wrong(example).map((value) => `${urlOf(operation)}?${name}=${value}`)
          : [],
      ),
  );
  for (const name of ['limit', 'hours', 'status', 'parentJobId', 'from', 'to', 'since', 'reportedFrom'])
    expect(requests.some((url) => url.includes(`?${name}=`))).toBe(true);
  const accepted: string[] = [];
  for (const url of requests) if ((await deployment.http('GET', url)).status !== 400) accepted.push(url);
  expect(accepted).toEqual([]);
}, 180_000);

test('in a body', async () => {
  const withBody = operations.filter(({ method }) => method !== 'GET');
  const requests = withBody.flatMap((operation) =>
    BODIES.map((body): [string, string, string] => [operation.method, urlOf(operation), body]),
  );
  expect(await failuresOf(requests)).toEqual([]);
}, 180_000);

/** Facts of API Gateway's HTTP APIs that need a function which fails, or reports what it has received. */
import { type Fact, NotMeasured, type Probe } from '../fact.ts';
import type { RequestOptions } from '../raw-request.ts';

const EVENT = 'Correct local/http-api/event.ts, and what reads the event in lambdas/http and lambdas/proxy.';
const ANSWER = 'Correct local/http-api/answer.ts: clients see this instead of problem+json.';

interface Seen {
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly isBase64Encoded?: boolean;
  readonly cookies?: readonly string[];
  readonly header?: string;
  readonly cookie?: string;
}

async function seen({ request }: Probe, path: string, options: RequestOptions = {}): Promise<Seen> {
  const { status, body } = await request(path, options);
  if (status !== 200) throw new Error(`the probe answers ${status}`);
  return JSON.parse(body) as Seen;
}

const TYPES = [
  'application/json',
  'application/vnd.netbackup+json;version=12.0',
  'application/problem+json',
  'application/xml',
  'application/javascript',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'text/plain',
] as const;

async function textTypes(probe: Probe): Promise<string> {
  const found: string[] = [];
  for (const type of TYPES) {
    const { isBase64Encoded } = await seen(probe, '/', { headers: { 'content-type': type }, body: '{}' });
    if (!isBase64Encoded) found.push(type);
  }
  const untyped = await seen(probe, '/', { body: '{}' });
  return [...found, ...(untyped.isBase64Encoded ? [] : ['no type'])].join(', ');
}

/** Status and body. */
const answerOf = (path: string) => async (probe: Probe) => {
  const { status, body } = await probe.request(path);
  return `${status} ${body}`;
};

async function gatewayTimeout(probe: Probe): Promise<string> {
  const { time } = probe.waits;
  let answered: string | undefined;
  const waiting = answerOf('/gateway-timeout')(probe).then((result) => {
    answered = result;
  });
  const until = time.now() + 60_000;
  while (answered === undefined && time.now() < until) await time.pass(1_000);
  if (answered === undefined) await waiting;
  return answered ?? 'no answer';
}

export const probeHttpFacts: readonly Fact<Probe>[] = [
  {
    id: 'text-types',
    question: 'Bodies of which content types arrive as text, not as base64?',
    assumed: 'application/json, application/xml, application/javascript, text/plain',
    consequence: EVENT,
    measure: textTypes,
  },
  {
    id: 'repeated-header',
    question: 'How does a header that is sent twice arrive?',
    assumed: '1,2',
    consequence: EVENT,
    measure: async (probe) =>
      (await seen(probe, '/', { headers: { 'x-probe': ['1', '2'] } })).header ?? 'absent',
  },
  {
    id: 'header-utf8',
    question: 'How does a header value in UTF-8 arrive?',
    assumed: 'Zürich',
    consequence: EVENT,
    measure: async (probe) => {
      // Node.js writes one byte for each character.
      const bytes = Buffer.from('Zürich').toString('latin1');
      return (await seen(probe, '/', { headers: { 'x-probe': bytes } })).header ?? 'absent';
    },
  },
  {
    id: 'cookies',
    question: 'How do cookies arrive?',
    assumed: 'cookies a=1 b=2, header absent',
    consequence: EVENT,
    measure: async (probe) => {
      const { cookies = [], cookie = 'absent' } = await seen(probe, '/', { headers: { cookie: 'a=1; b=2' } });
      return `cookies ${cookies.join(' ')}, header ${cookie}`;
    },
  },
  {
    id: 'path',
    question: 'What is rawPath of /a%2Fb//c%3Fd?',
    assumed: '/a/b/c',
    consequence: EVENT,
    measure: async (probe) => (await seen(probe, '/a%2Fb//c%3Fd')).rawPath ?? 'absent',
  },
  {
    id: 'query',
    question: 'What is rawQueryString of ?a=b+c&d=%2F%20?',
    assumed: 'a=b+c&d=%2F%20',
    consequence: EVENT,
    measure: async (probe) => (await seen(probe, '/?a=b+c&d=%2F%20')).rawQueryString ?? 'absent',
  },
  {
    id: 'default-content-type',
    question: 'Which content type has a response whose function named none?',
    assumed: 'text/plain; charset=utf-8',
    consequence: ANSWER,
    measure: async ({ request }) => (await request('/')).contentType,
  },
  {
    id: 'http-function-throws',
    question: 'How is a request answered when the function throws?',
    assumed: '500 {"message":"Internal Server Error"}',
    consequence: ANSWER,
    measure: answerOf('/throw'),
  },
  {
    id: 'http-function-timeout',
    question: "How is a request answered after the function's own time-out?",
    assumed: '500 {"message":"Internal Server Error"}',
    consequence: ANSWER,
    measure: answerOf('/function-timeout'),
  },
  {
    id: 'http-function-throttled',
    question: 'How is a request answered when the function is throttled?',
    assumed: '503 {"message":"Service Unavailable"}',
    consequence: ANSWER,
    measure: answerOf('/throttled'),
  },
  {
    id: 'http-gateway-timeout',
    question: 'How is a request answered after 30 s without an answer of the function?',
    assumed: '503 {"message":"Service Unavailable"}',
    consequence: ANSWER,
    measure: gatewayTimeout,
  },
];

/** The URL of the probe's HTTP API, as its WebSocket API reports it. @throws NotMeasured if it does not answer */
export async function httpUrlOf({ open, waits }: Pick<Probe, 'open' | 'waits'>): Promise<string> {
  const channel = await open();
  channel.send(JSON.stringify({ type: 'http-url' }));
  const url = await channel.next((text) => URL.canParse(text), waits.soonMs);
  channel.cut();
  if (url === undefined) throw new NotMeasured('The probe does not answer; deploy it again.');
  return url;
}

/** The function behind the probe's routes (`lib/probe-stack.ts`): it does what the route key names. */

/** Longer than every time-out on the way to this function. */
const TOO_LONG_MS = 35_000;

interface Event {
  readonly requestContext: { readonly routeKey: string };
  readonly body?: string;
  /** The payload format; only in events of the HTTP API. */
  readonly version?: string;
}

/** How the HTTP API changed a request. The text of a header could be a secret of the caller: only the probe's own header is returned. */
const seen = (event: Event & Readonly<Record<string, unknown>>): string => {
  const { rawPath, rawQueryString, isBase64Encoded, cookies, headers } = event;
  const { 'x-probe': header, cookie } = headers as Record<string, string>;
  return JSON.stringify({ rawPath, rawQueryString, isBase64Encoded, cookies, header, cookie });
};

export const handler = async (event: Event): Promise<unknown> => {
  const { routeKey } = event.requestContext;
  // `GET /throw` of the HTTP API, `throw-one-way` of the WebSocket API.
  switch (routeKey.replace('GET /', '')) {
    case 'echo':
    case 'limited':
      return { statusCode: 200, body: event.body };
    case 'http-url':
      return { statusCode: 200, body: process.env['HTTP_URL'] };
    case 'status-one-way':
    case 'status-two-way':
      return { statusCode: 500, body: 'refused' };
    case 'throw':
    case 'throw-one-way':
    case 'throw-two-way':
      throw new Error('As the route demands.');
    case 'function-timeout':
    case 'gateway-timeout':
      return new Promise((resolve) =>
        setTimeout(resolve, TOO_LONG_MS, { statusCode: 200, body: 'too late' }),
      );
    default:
      return { statusCode: 200, ...(event.version === '2.0' ? { body: seen({ ...event }) } : {}) };
  }
};

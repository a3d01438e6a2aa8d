/** The function behind the probe's routes (`lib/probe-stack.ts`), each of which fails in a way that its key names. */

/** Longer than every time-out on its way. */
const TOO_LONG_MS = 35_000;

interface Event {
  readonly requestContext: { readonly routeKey: string };
  readonly body?: string;
}

export const handler = async ({ requestContext, body }: Event): Promise<unknown> => {
  switch (requestContext.routeKey) {
    case 'echo':
    case 'limited':
      return { statusCode: 200, body };
    case 'status-one-way':
    case 'status-two-way':
      return { statusCode: 500, body: 'refused' };
    case 'throw-one-way':
    case 'throw-two-way':
      throw new Error('As the route demands.');
    case 'function-timeout':
    case 'gateway-timeout':
      return new Promise((resolve) =>
        setTimeout(resolve, TOO_LONG_MS, { statusCode: 200, body: 'too late' }),
      );
    default:
      return { statusCode: 200 };
  }
};

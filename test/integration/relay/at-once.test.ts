/** Domains that all connect at once: a task has few of their events under way, and notifications do not wait behind them. */
import { deferred } from '../../../gateway/deferred.ts';
import { endPrograms } from '../../support/process.ts';
import { FakeAws } from '../../support/relay/fake-aws.ts';
import { Relay, ROUTES } from '../../support/relay/relay.ts';

const AT_ONCE = 3;
const DOMAINS = 30;
const ACKNOWLEDGEMENT = '{"type":"NOTIFICATION","subType":"RESPONSE"}';

let aws: FakeAws;
beforeAll(async () => {
  aws = await new FakeAws().start();
});
afterEach(endPrograms);
afterAll(() => aws.stop());

test(`${AT_ONCE} events of strangers are under way at most, and a notification passes them`, async () => {
  const routes = ROUTES.map((route) => ({
    ...route,
    ...(route.functionArn.endsWith(':session') && { atOnce: AT_ONCE }),
  }));
  const relay = await Relay.start({ aws, environment: { RELAY_ROUTES: JSON.stringify(routes) } });
  const early = await relay.connect();

  const [full, released] = [deferred(), deferred()];
  let running = 0;
  let most = 0;
  aws.answer = async (_, name) => {
    if (name !== 'session') return { statusCode: 200, body: ACKNOWLEDGEMENT };
    running += 1;
    most = Math.max(most, running);
    if (running === AT_ONCE) full.resolve();
    await released.promise;
    running -= 1;
    return { statusCode: 200 };
  };
  const storm = Promise.all(
    Array.from({ length: DOMAINS }, async () => {
      const client = await relay.connect();
      client.send({ type: 'CONNECT', subType: 'REQUEST', payload: {} });
    }),
  );
  await full.promise;
  early.send({ type: 'NOTIFICATION', subType: 'REQUEST', payload: [] });
  expect(await early.next()).toEqual(JSON.parse(ACKNOWLEDGEMENT));

  released.resolve();
  await storm;
  const connects = new Set<string>();
  while (connects.size < DOMAINS) {
    const { requestContext } = await aws.event(
      (event) =>
        event.requestContext.routeKey === 'CONNECT' && !connects.has(event.requestContext.connectionId),
    );
    connects.add(requestContext.connectionId);
  }
  expect(most).toBe(AT_ONCE);
});

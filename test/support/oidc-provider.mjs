/**
 * A real OpenID Connect provider (oidc-provider) on loopback, in a process of its own: it is an ES module, and the test can make
 * it replace its key or stop answering. `node oidc-provider.mjs AUDIENCE…`, started with an IPC channel.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { errors, Provider } from 'oidc-provider';

const audiences = process.argv.slice(2);
/** Client ids and their claim `groups`. */
const GROUPS = { alice: ['operators'], carol: ['acme'], eve: ['strangers'], oscar: ['auditors', 'unknown'] };

let away = false;
let serial = 0;
const newKey = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid: `key${++serial}`,
  use: 'sig',
  alg: 'RS256',
});

/** The client of people who sign in: it has no secret. Its name of a person is what the next sign-in gets. */
const CONSOLE = 'console';
let redirectUri = 'http://localhost/v1/sign-in/callback';
let person = 'alice';

const consoleClient = () => ({
  client_id: CONSOLE,
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [redirectUri],
});

const claimsOf = (id) => ({ sub: id, groups: GROUPS[id], email: `${id}@example.com` });

const providerFor = (issuer) =>
  new Provider(issuer, {
    findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(id) }),
    claims: { openid: ['sub', 'groups', 'email'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['any'] },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    clients: [
      consoleClient(),
      ...Object.keys(GROUPS).map((id) => ({
        client_id: id,
        client_secret: `secret-of-${id}`,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      })),
    ],
    jwks: { keys: [newKey()] },
    extraTokenClaims: (_, { clientId }) => ({ groups: GROUPS[clientId], email: `${clientId}@example.com` }),
    ttl: { ClientCredentials: 12 * 3600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => {
          if (!audiences.includes(resource)) throw new errors.InvalidTarget();
          return {
            scope: '',
            audience: resource,
            accessTokenTTL: 12 * 3600,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
    },
  });

/** Signs in whoever is to sign in, and consents, without a page. */
const interact = async (provider, request, response) => {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (person === 'nobody') return provider.interactionFinished(request, response, { error: 'access_denied' });
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: person } });
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid profile email');
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
};

let answer;
const server = createServer((request, response) =>
  away ? request.socket.destroy() : answer(request, response),
);
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const renew = () => {
    const provider = providerFor(issuer);
    const callback = provider.callback();
    answer = (request, response) =>
      request.url.startsWith('/interaction/')
        ? void interact(provider, request, response)
        : callback(request, response);
  };
  renew();
  process.on('message', (message) => {
    if (message.person) person = message.person;
    if (message.redirectUri) redirectUri = message.redirectUri;
    if (message.renew || message.redirectUri) renew();
    if (message.away !== undefined) away = message.away;
    process.send({ done: true });
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ issuer });
});

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

const providerFor = (issuer) =>
  new Provider(issuer, {
    clients: Object.keys(GROUPS).map((id) => ({
      client_id: id,
      client_secret: `secret-of-${id}`,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
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

let answer;
const server = createServer((request, response) =>
  away ? request.socket.destroy() : answer(request, response),
);
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const renew = () => {
    answer = providerFor(issuer).callback();
  };
  renew();
  process.on('message', (message) => {
    if (message.renew) renew();
    if (message.away !== undefined) away = message.away;
    process.send({ done: true });
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ issuer });
});

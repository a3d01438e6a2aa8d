import type { Route } from './context.ts';

/** The certificate authority of the simulated primary; it signs no certificates. */
const CA_CERTIFICATE = `${[
  '-----BEGIN CERTIFICATE-----',
  'MIIBjzCCATWgAwIBAgIUbEiJFfia09IUnDI6V6spJ6vAC04wCgYIKoZIzj0EAwIw',
  'HTEOMAwGA1UEAwwFbmJhdGQxCzAJBgNVBAoMAnZ4MB4XDTI2MTEyNTAyMjI1NVoX',
  'DTQ2MTEyMDAyMjI1NVowHTEOMAwGA1UEAwwFbmJhdGQxCzAJBgNVBAoMAnZ4MFkw',
  'EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUlTds4g6BQ9UhR3dOF88o0AJHQ/IULok',
  'iighjAAViYaIfeG8Jt7jywqTp+X07o1C91ukE+uXeF1IRWrM2Zx+G6NTMFEwHQYD',
  'VR0OBBYEFP7mty9MWrZDjpELS08yj7o5wHQGMB8GA1UdIwQYMBaAFP7mty9MWrZD',
  'jpELS08yj7o5wHQGMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh',
  'AJ62E6SMQPjO+Mw8m+r2G0v3bY9s14fNC8nusk8rl2DTAiAd/JG99uhYfo5H2n4i',
  'hdR0aDADGBb1yOHOEYP2jLWqdA==',
  '-----END CERTIFICATE-----',
].join('\n')}\n`;

/** `GET /security/cacert`, without authentication. A client that trusts it refuses other servers. */
export function caCertificateRoute(): Route {
  return {
    method: 'GET',
    path: '/security/cacert',
    isOpen: true,
    handle: () => ({ status: 200, json: { cacert: [CA_CERTIFICATE], webRootCert: CA_CERTIFICATE } }),
  };
}

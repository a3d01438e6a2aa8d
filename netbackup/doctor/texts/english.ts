import type { Unanswered } from '../finding.ts';
import type { Texts } from './texts.ts';

const reason = ({ closeCode, seconds }: Unanswered): string =>
  closeCode === undefined ? `no answer within ${seconds} s` : `the connection was closed with ${closeCode}`;

const askProvider = 'Ask the operator of the endpoint.';
const saveAgain = 'Save the file again as UTF-8 without a byte order mark.';
const askForNewDetails = 'Ask the creator of the details for new ones.';

export const english: Texts = {
  levels: { ok: 'ok', warning: 'warning', error: 'ERROR' },
  netBackupSays: 'NetBackup message',
  quoted: ({ english, japanese, errId }) =>
    english === undefined ? `“${japanese}” (${errId}, no English text is known)` : `“${english}” (${errId})`,
  connectWarning:
    '--connect sends the token: a NetBackup that is connected with it loses its connection until its next connection run, and an invitation counts as used.',
  conclusions: {
    ok: 'No problems found. Compare the fingerprint with the one that NetBackup shows.',
    warning: 'It may work. Read the warnings before you hand over the details.',
    error: 'It will not work.',
  },
  hints: {
    html: 'it is a web page, not JSON',
    'trailing-comma': 'a comma before the closing bracket',
    'missing-comma': 'a comma is missing before this',
    'line-break-in-string': 'a line break inside a string, or a missing closing quote',
    'control-character': 'a control character inside a string',
    'typographic-quotes': 'a typographic quote; JSON needs the straight "',
    'single-quotes': 'a single quote; JSON needs the double "',
    'yen-sign': '¥ where a backslash was meant',
    'bad-escape': 'an invalid character after a backslash',
    'extra-text': 'more text after the end: a second endpoint, or one bracket too many',
    unfinished: 'the text is incomplete',
    unexpected: 'an unexpected character',
  },
  findings: {
    'file-missing': ({ path }) => [`The file ${path} does not exist.`, 'Check the path.'],
    'file-unreadable': ({ path, why }) => [`${path} cannot be read (${why}).`, 'Check its permissions.'],
    'source-too-large': ({ kilobytes }) => [
      `${kilobytes} KB or more is too large for endpoint details, which are five short fields.`,
      'Check that it is the right file or URL.',
    ],
    'source-url-malformed': () => ['This is not a URL.', 'Copy the whole URL, starting with https://.'],
    'source-url-scheme': ({ scheme }) => [
      `NetBackup reads details over https://, not ${scheme}.`,
      'Use the https:// URL of the details, not the wss:// URL inside them.',
    ],
    'source-url-unreachable': ({ host, reason }) => [
      `No TCP connection to ${host}, the server of the URL (${reason}).`,
      'Check host name and port, DNS, and whether a firewall blocks the connection. NetBackup needs the same access.',
    ],
    'source-url-broken': ({ reason }) => [
      `The connection to the server of the URL ended without an answer (${reason}).`,
      askProvider,
    ],
    'source-url-certificate': ({ reason }) => [
      `The certificate of the URL's server is not trusted here (${reason}).`,
      'It needs a valid certificate for its name. If its CA is your own, specify it with --ca.',
    ],
    'source-url-redirect': ({ status, location }) => [
      `The URL redirects (${status}) to ${location || 'nowhere'}. Whether NetBackup follows redirects is not documented.`,
      'Give NetBackup the URL that returns the details itself.',
    ],
    'source-url-status': ({ status }) => [
      `The URL returns status ${status} instead of details.`,
      status === 404 || status === 410
        ? 'This is the response for an invitation that was used or has expired: ask for a new one.'
        : askProvider,
    ],
    'source-url-timeout': ({ seconds }) => [`The URL did not answer within ${seconds} s.`, askProvider],
    'source-url-slow': ({ seconds }) => [`The URL took ${seconds} s to answer.`, askProvider],
    'text-empty': () => ['It is empty.', askForNewDetails],
    'text-bom': () => ['It starts with a byte order mark, which some JSON parsers refuse.', saveAgain],
    'text-utf16': () => ['It is UTF-16; JSON is UTF-8.', saveAgain],
    'text-not-utf8': () => ['It is not UTF-8.', saveAgain],
    'json-invalid': ({ line, column, hint }) => [
      `Not JSON at line ${line}, column ${column}: ${english.hints[hint]}.`,
      'Correct this position, or use the original file instead of pasted text.',
    ],
    'json-array': ({ count }) => [
      `It is a list of ${count} instead of one endpoint.`,
      'Create one file for each endpoint, each with one { … }.',
    ],
    'json-no-object': ({ kind }) => [`It is JSON, but ${kind} instead of one { … }.`, askForNewDetails],
    'field-missing': ({ field }) => [`${field} is missing.`, askForNewDetails],
    'field-empty': ({ field }) => [`${field} is empty or blank.`, askForNewDetails],
    'field-type': ({ field, wanted, found }) => [
      `${field} must be a ${wanted}; it is of type ${found}.`,
      found === 'string'
        ? 'Remove the quotes.'
        : found === 'number'
          ? 'Put it in double quotes.'
          : askForNewDetails,
    ],
    'field-apostrophe': ({ field = 'The text', line, column }) => [
      `${field} contains an apostrophe (') at line ${line}, column ${column}; NetBackup does not accept one anywhere.`,
      askForNewDetails,
    ],
    'field-blanks': ({ field }) => [
      `${field} contains a space or a line break, probably from pasting.`,
      'Remove it, unless it is intended.',
    ],
    'field-extra': ({ field }) => [
      `${field} is not one of the five fields; whether NetBackup accepts it is not documented.`,
      'Remove it.',
    ],
    'priority-odd': ({ priority }) => [
      `The priority is ${priority}; whole numbers from 0 are usual, lower is higher.`,
    ],
    'url-malformed': ({ url }) => [`url is not a URL: ${url}`, 'It must have the form wss://host:port/uri.'],
    'url-scheme': ({ scheme }) => [
      `url starts with ${scheme}; NetBackup supports wss:// only.`,
      'It must have the form wss://host:port/uri.',
    ],
    'url-no-port': ({ suggestion }) => [
      'url has no port; the documented form is wss://host:port/uri.',
      `Write ${suggestion}`,
    ],
    'url-no-path': () => [
      'url has no path; the documented form is wss://host:port/uri.',
      'End it with at least a /.',
    ],
    'url-credentials': () => [
      'url contains a user name or password; whether NetBackup sends them is not documented.',
      'Remove them: the token authenticates.',
    ],
    'url-fragment': () => [
      'url contains a #, which is not valid in a WebSocket URL.',
      'Remove the # and what follows it.',
    ],
    'url-ipv6': ({ host }) => [
      `url contains the IPv6 address ${host}; whether NetBackup accepts it is not documented.`,
      'Use a host name.',
    ],
    'url-not-ascii': ({ host }) => [
      'The host in url is not ASCII; whether NetBackup accepts it is not documented.',
      `Use ${host}, its form in DNS and in certificates.`,
    ],
    'host-name-not-qualified': ({ hostName }) => [
      `hostName ${hostName} is not fully qualified.`,
      'Use the full name of the cloud server, as in url.',
    ],
    'host-name-differs': ({ hostName, urlHost }) => [
      `hostName is ${hostName}, but url points to ${urlHost}.`,
      'They must name the same server: NetBackup lists the endpoint by hostName and connects to url.',
    ],
    'details-complete': ({ groupId, priority, hostName, url }) => [
      `The details are complete: group ${groupId}, priority ${priority}, host ${hostName}, ${url}`,
    ],
    'dns-failed': ({ host, reason }) => [
      `The name ${host} cannot be resolved (${reason}).`,
      'Check its spelling; NetBackup must be able to resolve it as well.',
    ],
    'dns-resolved': ({ host, addresses }) => [`${host} is ${addresses}`],
    'tcp-failed': ({ address, port, reason }) => [
      `No TCP connection to ${address}, port ${port} (${reason}).`,
      'Check host and port, and whether a firewall blocks the connection. NetBackup needs the same access.',
    ],
    'tcp-partly': ({ address, port, reason }) => [
      `One of the addresses does not answer: ${address}, port ${port} (${reason}).`,
      'NetBackup may use this one.',
    ],
    'tcp-connected': ({ address, port, ms }) => [`TCP to ${address}, port ${port}, in ${ms} ms`],
    'tls-failed': ({ reason }) => [
      `The certificate could not be read: ${reason}.`,
      'The port must support TLS (version 1.2 or later).',
    ],
    'certificate-shown': ({ fingerprint, subject, issuer, validFrom, validTo }) => [
      `Certificate SHA-256 ${fingerprint}; subject ${subject}; issuer ${issuer}; valid ${validFrom} to ${validTo}`,
    ],
    'certificate-as-expected': () => ['The certificate is the expected one.'],
    'certificate-differs': ({ expected, fingerprint }) => [
      `The certificate is not the expected one: SHA-256 ${fingerprint} instead of ${expected}.`,
      'Do not approve it. Something on the way replaces it (a proxy that inspects TLS), or it was renewed: ask the provider for the current fingerprint.',
    ],
    'certificate-not-known': () => [
      'The certificate was not compared: the deployment has not read it yet.',
      'Run the doctor again in a few minutes. If that does not help, see the log code certificate-not-readable.',
    ],
    'certificate-valid': ({ days }) => [`The certificate is valid for another ${days} days.`],
    'certificate-expires-soon': ({ days, validTo }) => [
      `The certificate expires in ${days} days (${validTo}).`,
      'Have it renewed before the endpoint is added: NetBackup stores the certificate.',
    ],
    'certificate-expired': ({ validTo }) => [`The certificate expired on ${validTo}.`, 'Have it renewed.'],
    'certificate-not-yet-valid': ({ validFrom }) => [
      `The certificate is not valid before ${validFrom}.`,
      'Check the clocks of both systems.',
    ],
    'certificate-wrong-name': ({ host, names }) => [
      `The certificate is for ${names}, not for ${host}.`,
      'Use a name in the certificate, or have a certificate issued for this name.',
    ],
    'certificate-trusted': () => ['The certificate chain is trusted.'],
    'certificate-self-signed': () => [
      'The certificate is self-signed: only its fingerprint identifies the server.',
      'Compare the fingerprint before you approve it. To trust it here, use --ca.',
    ],
    'certificate-chain-incomplete': ({ issuer }) => [
      `The server does not send the certificate of its issuer (${issuer}), which is not known here.`,
      'Have the server send the whole chain, or specify the CA with --ca.',
    ],
    'certificate-untrusted': ({ reason }) => [
      `The certificate chain does not lead to a CA that is trusted here (${reason}).`,
      'Compare the fingerprint before you approve it. If the CA is your own, specify it with --ca.',
    ],
    'upgrade-refused': ({ reason }) => [
      `The WebSocket upgrade failed: ${reason}.`,
      'Check the path in url, and whether the endpoint allows your network address.',
    ],
    'upgrade-accepted': ({ ms }) => [`WebSocket opened in ${ms} ms`],
    'ping-unanswered': ({ seconds }) => [
      `A ping was not answered within ${seconds} s; NetBackup closes the connection after ten missed pongs.`,
      askProvider,
    ],
    'ping-answered': ({ ms }) => [`Ping answered in ${ms} ms`],
    'made-up-token-refused': () => ['An invented token is refused, as required.'],
    'made-up-token-accepted': () => [
      'An invented token is accepted: anyone can impersonate your NetBackup.',
      `Do not use this endpoint. ${askProvider}`,
    ],
    'connect-unanswered': (facts) => [
      `A CONNECT with an invented token was not answered (${reason(facts)}).`,
      `The response must be valid: false. ${askProvider}`,
    ],
    'foreign-message': ({ reason, text }) => [
      `The endpoint sent a message that NetBackup cannot decode (${reason}): ${text}`,
      'NetBackup then closes the connection, unless exception.ignoreDecoder is true.',
    ],
    'fragments-pass': ({ kilobytes }) => [`A message of ${kilobytes} KB in fragments passes.`],
    'fragments-blocked': (facts) => [
      `A message of ${facts.kilobytes} KB in fragments does not pass (${reason(facts)}).`,
      'A night of backups produces messages of this size; something on the way blocks them.',
    ],
    'single-frame-passes': ({ kilobytes }) => [`A message of ${kilobytes} KB in a single frame passes.`],
    'single-frame-blocked': (facts) => [
      `A message of ${facts.kilobytes} KB in a single frame does not pass (${reason(facts)}).`,
      'A known limit of API Gateway (32 KB per frame). It matters only if your NetBackup does not fragment messages.',
    ],
    'large-message-passes': ({ kilobytes }) => [`A message of ${kilobytes} KB in fragments passes.`],
    'large-message-blocked': (facts) => [
      `A message of ${facts.kilobytes} KB does not pass (${reason(facts)}).`,
      'A known limit of API Gateway (128 KB per message, about 450 notifications). The backlog of a long outage can be larger.',
    ],
    'token-kept-back': () => [
      'The token was not sent: the certificate is not trusted here.',
      'Compare the fingerprint, then specify the CA with --ca.',
    ],
    'token-accepted': ({ ms }) => [`The token is valid (answered in ${ms} ms).`],
    'token-refused': () => [
      'The token is refused.',
      'It was replaced or revoked, it has expired, or the endpoint is disabled. Ask for new details. In NetBackup, delete the endpoint and add it again.',
    ],
    'token-unanswered': (facts) => [`The CONNECT was not answered (${reason(facts)}).`, askProvider],
  },
};

import type { Unanswered } from '../finding.ts';
import type { Words } from './words.ts';

const how = ({ closeCode, seconds }: Unanswered): string =>
  closeCode === undefined ? `no answer within ${seconds} s` : `the connection was closed with ${closeCode}`;

const askProvider = 'Ask whoever runs the endpoint.';
const saveAgain = 'Save the file again as UTF-8 without a byte order mark.';
const askForNewDetails = 'Ask whoever made the details for new ones.';

export const english: Words = {
  levels: { ok: 'ok', warning: 'warning', error: 'ERROR' },
  netBackupSays: 'NetBackup would say',
  connectWarning:
    '--connect presents the token: a NetBackup that is connected with it loses its connection (it is back at its next connection run), and an invitation counts as used.',
  conclusions: {
    ok: 'Nothing is wrong. Compare the fingerprint with the one that NetBackup shows.',
    warning: 'It may work; read the warnings before the details are handed over.',
    error: 'It will not work like this.',
  },
  hints: {
    html: 'it is a web page, not JSON',
    'trailing-comma': 'a comma stands before the closing bracket',
    'missing-comma': 'a comma is missing before this',
    'line-break-in-string': 'a line break inside a string, or a missing closing quote',
    'control-character': 'a control character inside a string',
    'typographic-quotes': 'a typographic quote; JSON needs the straight "',
    'single-quotes': 'a single quote; JSON needs the double "',
    'yen-sign': '¥ where a backslash was meant',
    'bad-escape': 'a backslash with nothing that it could escape',
    'extra-text': 'more text follows after the end: a second endpoint, or one bracket too many',
    unfinished: 'the text ends too early: something is missing from it',
    unexpected: 'this cannot stand here',
  },
  findings: {
    'file-missing': ({ path }) => [`There is no file ${path}.`, 'Check the path.'],
    'file-unreadable': ({ path, why }) => [`${path} cannot be read (${why}).`, 'Check its permissions.'],
    'source-too-large': ({ kilobytes }) => [
      `${kilobytes} KB or more is too much for endpoint details: they are five short fields.`,
      'Check that it is the right file or URL.',
    ],
    'source-url-malformed': () => ['This is not a URL.', 'Copy the whole URL, beginning with https://.'],
    'source-url-scheme': ({ scheme }) => [
      `NetBackup reads details over https://, not ${scheme}.`,
      'Use the https:// URL of the details, not the wss:// URL inside them.',
    ],
    'source-url-unreachable': ({ reason }) => [`The URL cannot be reached (${reason}).`, askProvider],
    'source-url-certificate': ({ reason }) => [
      `The URL's server has no certificate that is trusted here (${reason}).`,
      'It needs a valid certificate for its name; if its CA is your own, name it with --ca.',
    ],
    'source-url-redirect': ({ status, location }) => [
      `The URL redirects (${status}) to ${location || 'nowhere'}. Nothing says that NetBackup follows redirects.`,
      'Give NetBackup the URL that answers the details itself.',
    ],
    'source-url-status': ({ status }) => [
      `The URL answers with status ${status}, not with details.`,
      status === 404 || status === 410
        ? 'An invitation that was used or has expired answers like this: ask for a new one.'
        : askProvider,
    ],
    'source-url-timeout': ({ seconds }) => [`The URL did not answer within ${seconds} s.`, askProvider],
    'source-url-slow': ({ seconds }) => [`The URL took ${seconds} s to answer.`, askProvider],
    'text-empty': () => ['It is empty.', askForNewDetails],
    'text-bom': () => ['It begins with a byte order mark, which some JSON parsers refuse.', saveAgain],
    'text-utf16': () => ['It is UTF-16; JSON is UTF-8.', saveAgain],
    'text-not-utf8': () => ['It is not UTF-8.', saveAgain],
    'json-invalid': ({ line, column, hint }) => [
      `Not JSON at line ${line}, column ${column}: ${english.hints[hint]}.`,
      'Correct that place, or take the file as it came instead of pasting its text.',
    ],
    'json-array': ({ count }) => [
      `It is a list of ${count}, where one endpoint must stand.`,
      'Make one file for each endpoint, each holding one { … }.',
    ],
    'json-no-object': ({ kind }) => [`It is JSON, but ${kind} instead of one { … }.`, askForNewDetails],
    'field-missing': ({ field }) => [`${field} is missing.`, askForNewDetails],
    'field-empty': ({ field }) => [`${field} is empty.`, askForNewDetails],
    'field-type': ({ field, wanted, found }) => [
      `${field} must be a ${wanted}; it is of type ${found}.`,
      found === 'string'
        ? 'Take the quotes away.'
        : found === 'number'
          ? 'Put it in double quotes.'
          : askForNewDetails,
    ],
    'field-apostrophe': ({ field }) => [
      `There is an apostrophe (') in ${field}; NetBackup accepts none anywhere.`,
      askForNewDetails,
    ],
    'field-blanks': ({ field }) => [
      `There is a blank or a line break in ${field}: probably pasted along.`,
      'Remove it, unless it belongs there.',
    ],
    'field-extra': ({ field }) => [
      `${field} is none of the five fields; how NetBackup takes it is not known.`,
      'Remove it.',
    ],
    'priority-odd': ({ priority }) => [
      `The priority is ${priority}; whole numbers from 0 are usual, lower is higher.`,
    ],
    'url-malformed': ({ url }) => [`url is not a URL: ${url}`, 'It must read wss://host:port/uri.'],
    'url-scheme': ({ scheme }) => [
      `url begins with ${scheme}; NetBackup connects over wss:// only.`,
      'It must read wss://host:port/uri.',
    ],
    'url-no-port': ({ suggestion }) => [
      'url names no port; the documented form is wss://host:port/uri.',
      `Write ${suggestion}`,
    ],
    'url-no-path': () => [
      'url has no path; the documented form is wss://host:port/uri.',
      'End it with / at least.',
    ],
    'url-credentials': () => [
      'url holds a user name or password; nothing says that NetBackup sends them.',
      'Take them away: the token is what authenticates.',
    ],
    'url-fragment': () => ['url holds a #, which no WebSocket URL may.', 'Take away what begins with #.'],
    'url-ipv6': ({ host }) => [
      `url names the IPv6 address ${host}; whether NetBackup takes one is not documented.`,
      'Use a host name.',
    ],
    'url-not-ascii': ({ host }) => [
      'The host in url is not ASCII; whether NetBackup takes such names is not documented.',
      `Write ${host}, its form in DNS and in certificates.`,
    ],
    'host-name-not-qualified': ({ hostName }) => [
      `hostName ${hostName} is not fully qualified.`,
      'Use the full name of the cloud server, as in url.',
    ],
    'host-name-differs': ({ hostName, urlHost }) => [
      `hostName is ${hostName}, but url points to ${urlHost}.`,
      'They name the same server; NetBackup lists the endpoint by hostName and connects to url.',
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
      'Check host and port, and whether a firewall lets you out. NetBackup must get out the same way.',
    ],
    'tcp-partly': ({ address, port, reason }) => [
      `One of the addresses does not answer: ${address}, port ${port} (${reason}).`,
      'NetBackup may pick that one.',
    ],
    'tcp-connected': ({ address, port, ms }) => [`TCP to ${address}, port ${port}, in ${ms} ms`],
    'tls-failed': ({ reason }) => [
      `No certificate could be fetched: ${reason}.`,
      'The port must speak TLS (version 1.2 or later).',
    ],
    'certificate-shown': ({ fingerprint, subject, issuer, validFrom, validTo }) => [
      `Certificate SHA-256 ${fingerprint}; subject ${subject}; issuer ${issuer}; valid ${validFrom} to ${validTo}`,
    ],
    'certificate-valid': ({ days }) => [`The certificate is valid for another ${days} days.`],
    'certificate-expires-soon': ({ days, validTo }) => [
      `The certificate expires in ${days} days (${validTo}).`,
      'Have it renewed before the endpoint is added: NetBackup stores the certificate that it is shown.',
    ],
    'certificate-expired': ({ validTo }) => [`The certificate expired on ${validTo}.`, 'Have it renewed.'],
    'certificate-not-yet-valid': ({ validFrom }) => [
      `The certificate is not valid before ${validFrom}.`,
      'Check the clocks on both sides.',
    ],
    'certificate-wrong-name': ({ host, names }) => [
      `The certificate is not for ${host}, but for ${names}.`,
      'Use the name in the certificate, or have one issued for this name.',
    ],
    'certificate-trusted': () => ['The certificate chain is trusted.'],
    'certificate-self-signed': () => [
      'The certificate is self-signed: only its fingerprint proves whose it is.',
      'Compare the fingerprint before approving. With --ca the doctor trusts it too.',
    ],
    'certificate-chain-incomplete': ({ issuer }) => [
      `The server does not send the certificate of its issuer (${issuer}), and it is not known here.`,
      'Have the server send the whole chain, or name the CA with --ca.',
    ],
    'certificate-untrusted': ({ reason }) => [
      `The certificate chain leads to nobody who is trusted here (${reason}).`,
      'Compare the fingerprint before approving. If the CA is your own, name it with --ca.',
    ],
    'upgrade-refused': ({ reason }) => [
      `The WebSocket upgrade failed: ${reason}.`,
      'Check the path in url, and whether the endpoint admits your network address.',
    ],
    'upgrade-accepted': ({ ms }) => [`WebSocket opened in ${ms} ms`],
    'ping-unanswered': ({ seconds }) => [
      `A ping was not answered within ${seconds} s; NetBackup closes after ten of those.`,
      askProvider,
    ],
    'ping-answered': ({ ms }) => [`Ping answered in ${ms} ms`],
    'made-up-token-refused': () => ['A made-up token is refused, as it must be.'],
    'made-up-token-accepted': () => [
      'A made-up token is accepted: anybody can be your NetBackup there.',
      `Do not use this endpoint. ${askProvider}`,
    ],
    'connect-unanswered': (facts) => [
      `A CONNECT with a made-up token was not answered (${how(facts)}).`,
      `It must be answered with valid: false. ${askProvider}`,
    ],
    'foreign-message': ({ reason, text }) => [
      `A message came that NetBackup cannot decode (${reason}): ${text}`,
      'NetBackup closes the connection on it, unless exception.ignoreDecoder is true.',
    ],
    'fragments-pass': ({ kilobytes }) => [`A message of ${kilobytes} KB in fragments passes.`],
    'fragments-blocked': (facts) => [
      `A message of ${facts.kilobytes} KB in fragments does not pass (${how(facts)}).`,
      'A night of backups comes in messages like this; something between here and there blocks them.',
    ],
    'single-frame-passes': ({ kilobytes }) => [`A message of ${kilobytes} KB in a single frame passes.`],
    'single-frame-blocked': (facts) => [
      `A message of ${facts.kilobytes} KB in a single frame does not pass (${how(facts)}).`,
      'Known of API Gateway (32 KB a frame). It matters only if your NetBackup does not fragment.',
    ],
    'large-message-passes': ({ kilobytes }) => [`A message of ${kilobytes} KB in fragments passes.`],
    'large-message-blocked': (facts) => [
      `A message of ${facts.kilobytes} KB does not pass (${how(facts)}).`,
      'Known of API Gateway (128 KB a message, some 450 notifications). A long outage can hold back more than that.',
    ],
    'token-kept-back': () => [
      'The token was not presented: the certificate is not trusted here.',
      'Name its CA with --ca, after comparing the fingerprint.',
    ],
    'token-accepted': ({ ms }) => [`The token is valid (answered in ${ms} ms).`],
    'token-refused': () => [
      'The token is refused.',
      'It was replaced, revoked or has expired, or the endpoint is disabled. Ask for new details; in NetBackup, delete the endpoint and add it again.',
    ],
    'token-unanswered': (facts) => [`The CONNECT was not answered (${how(facts)}).`, askProvider],
  },
};

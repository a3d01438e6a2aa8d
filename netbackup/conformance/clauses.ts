/** The contract's clauses as the suite lists them. */
export interface Clause {
  readonly id: string;
  readonly title: string;
  /** Why it cannot be checked from NetBackup's side; absent if it can. */
  readonly unchecked?: string;
}

const NETBACKUP = "NetBackup's own behaviour, which an endpoint cannot violate";

const checked = (id: string, title: string): Clause => ({ id, title });
const unchecked = (id: string, title: string, why = NETBACKUP): Clause => ({ id, title, unchecked: why });

export const CLAUSES: readonly Clause[] = [
  checked('ENV-1', 'one JSON object per text message'),
  checked('ENV-2', 'version, id, type, subType, timeStamp in seconds'),
  checked('ENV-3', 'payload is an object, for NOTIFICATION an array'),
  checked('ENV-4', "every request gets one response, with the request's id byte for byte"),
  checked('ENV-5', 'NetBackup can decode every message'),
  checked('ENV-6', 'field order is irrelevant, unknown fields are tolerated'),
  checked('CON-1', 'only the token in the first message authenticates'),
  checked('CON-2', 'a valid token gets valid: true, before anything else'),
  checked('CON-3', 'any other token gets valid: false, and no message after it'),
  checked('CON-4', 'one connection per group at a time'),
  unchecked('CON-5', 'no limit on the duration of a connection', 'would take hours'),
  checked('CON-6', 'a lost connection can be replaced immediately'),
  checked('CON-7', 'pings are answered'),
  checked('CMD-1', "the response to a COMMAND reaches the endpoint's application"),
  checked('CMD-2', 'COMMAND: uri, method, headers, parameters as text'),
  checked('CMD-3', 'COMMAND: Content-Type with a NetBackup media type, no Bearer'),
  checked('CMD-4', 'status, headers and body of a response arrive unchanged'),
  checked('CMD-5', 'no packet is larger than 2 MB'),
  unchecked('CMD-6', 'request bodies carry secrets', 'how an endpoint stores them is not visible'),
  checked('NOT-1', 'messages with several kinds, including future kinds'),
  checked('NOT-2', 'every value of a job or image, including an empty policyName'),
  checked('NOT-3', 'every NOTIFICATION is acknowledged with payload []'),
  checked('NOT-4', 'acknowledged within 2 s, and again after a resend'),
  checked('NOT-5', 'delivery continues on a new connection'),
  checked('NOT-6', 'the first or only notification of a job may be DONE'),
  checked('NOT-7', 'the first notification of an image may be UPDATE'),
  checked('NOT-8', 'large messages'),
  checked('EPT-1', 'five fields'),
  checked('EPT-2', 'one endpoint, as a JSON file or from a URL'),
  checked('EPT-3', 'no apostrophe, no empty field, wss://host:port/uri'),
  unchecked('EPT-4', 'a host name once per NetBackup domain', 'needs a second endpoint'),
  checked('EPT-5', 'the certificate stays the same between validation and adding'),
  unchecked('EPT-6', 'details are handed over safely', 'the handover is not visible'),
  unchecked('GRP-1', 'the highest priority is tried first'),
  checked('GRP-2', 'the application can close the connection'),
  unchecked('GRP-3', 'endpoints are activated and deactivated'),
  unchecked('GRP-4', 'changes take effect at the next connection run'),
  unchecked('GRP-5', 'endpoints return minutes after a restart'),
  unchecked('PRP', 'nbwss.properties', 'set on the primary; NOT-4 and CON-7 check the effects'),
  checked('TRAP-1', 'one message id with different payloads'),
  unchecked('TRAP-2', 'startTime and createdTime are shifted', 'the displayed times are not visible'),
  checked('TRAP-3', 'different messages of one second'),
  checked('TRAP-4', 'invalid JSON does not stop the endpoint'),
  unchecked('TRAP-5', 'connects within 60 s, or 5 minutes'),
  checked('TRAP-6', 'unknown content is acknowledged'),
  unchecked('TRAP-7', 'the leaves of a job tree decide its result', 'how jobs are counted is not visible'),
  checked('TRAP-8', 'clocks may differ'),
];

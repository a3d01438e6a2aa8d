/** The contract's clauses as the suite lists them. */
export interface Clause {
  readonly id: string;
  readonly title: string;
  /** Why no program can tell from NetBackup's side; absent where one can. */
  readonly unchecked?: string;
}

const NETBACKUP = "NetBackup's own behaviour: nothing that an endpoint could break";

const checked = (id: string, title: string): Clause => ({ id, title });
const unchecked = (id: string, title: string, why = NETBACKUP): Clause => ({ id, title, unchecked: why });

export const CLAUSES: readonly Clause[] = [
  checked('ENV-1', 'one JSON object per text message'),
  checked('ENV-2', 'version, id, type, subType, timeStamp in seconds'),
  checked('ENV-3', 'payload is an object, for NOTIFICATION an array'),
  checked('ENV-4', "every request gets one response, with the request's id byte for byte"),
  checked('ENV-5', 'nothing comes that NetBackup could not decode'),
  checked('ENV-6', 'field order means nothing, unknown fields are tolerated'),
  checked('CON-1', 'the token in the first message is all that authenticates'),
  checked('CON-2', 'a valid token gets valid: true, before anything else'),
  checked('CON-3', 'any other token gets valid: false, and nothing after it'),
  checked('CON-4', 'one connection per group at a time'),
  unchecked('CON-5', 'no limit to the life of a connection', 'would take hours'),
  checked('CON-6', 'a connection that was lost can be made again at once'),
  checked('CON-7', 'pings are answered'),
  checked('CMD-1', "the answer to a COMMAND reaches the endpoint's application"),
  checked('CMD-2', 'COMMAND: uri, method, headers, parameters as text'),
  checked('CMD-3', 'COMMAND: Content-Type with a NetBackup media type, no Bearer'),
  checked('CMD-4', 'status, headers and body of an answer arrive as they were sent'),
  checked('CMD-5', 'never more than 2 MB in one packet'),
  unchecked('CMD-6', 'request bodies carry secrets', 'how an endpoint keeps them cannot be seen'),
  checked('NOT-1', 'batches of several kinds, later kinds included'),
  checked('NOT-2', 'every value that a job or image can have, an empty policyName too'),
  checked('NOT-3', 'every NOTIFICATION is acknowledged with payload []'),
  checked('NOT-4', 'acknowledged within 2 s, and again when it is sent again'),
  checked('NOT-5', 'delivery goes on over a new connection'),
  checked('NOT-6', 'a job may be seen first, or only, as DONE'),
  checked('NOT-7', 'an image may be seen first as UPDATE'),
  checked('NOT-8', 'large batches'),
  checked('EPT-1', 'five fields'),
  checked('EPT-2', 'one endpoint, as a JSON file or from a URL'),
  checked('EPT-3', 'no apostrophe, no empty field, wss://host:port/uri'),
  unchecked('EPT-4', 'a host name once per NetBackup domain', 'needs a second endpoint'),
  checked('EPT-5', 'the certificate stays the same between validation and adding'),
  unchecked('EPT-6', 'details are handed over safely', 'how they come cannot be seen'),
  unchecked('GRP-1', 'the highest priority is tried first'),
  checked('GRP-2', 'the application can close the connection'),
  unchecked('GRP-3', 'endpoints are activated and deactivated'),
  unchecked('GRP-4', 'changes take effect at the next connection run'),
  unchecked('GRP-5', 'endpoints come back minutes after a restart'),
  unchecked('PRP', 'nbwss.properties', 'set on the primary; NOT-4 and CON-7 test what follows from it'),
  checked('TRAP-1', 'one message id with different payloads'),
  unchecked('TRAP-2', 'startTime and createdTime are shifted', 'how times are shown cannot be seen'),
  checked('TRAP-3', 'different messages of one second'),
  checked('TRAP-4', 'invalid JSON does not stop the endpoint'),
  unchecked('TRAP-5', 'connects within 60 s, or 5 minutes'),
  checked('TRAP-6', 'content that is not understood is acknowledged'),
  unchecked('TRAP-7', 'trees are judged by their leaves', 'how jobs are counted cannot be seen'),
  checked('TRAP-8', 'clocks need not agree'),
];

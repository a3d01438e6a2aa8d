/** The content of `.local/connection.json`. */
export interface ConnectionFile {
  readonly apiUrl: string;
  /** For clients: scope `inject`. */
  readonly apiKey: string;
  /** For `nbwss groups`, `endpoints` and `credential`: scope `admin`. */
  readonly adminKey: string;
  readonly webSocketUrl: string;
  /** The five fields of EPT-1. */
  readonly endpointFile: string;
  /** PEM of the local TLS certificate. */
  readonly caFile: string;
}

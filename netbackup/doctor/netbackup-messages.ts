/** NetBackup's messages to its administrator (contract ERR) that the details or the endpoint can cause. */
export interface NetBackupMessage {
  readonly errId: string;
  /** NetBackup's own text, or the state that it shows if there is no message. */
  readonly english: string;
  /** Our translation: the source is the guide's English edition. */
  readonly japanese: string;
}

/** `<servername>` stands for the host. */
export const NETBACKUP_MESSAGES = {
  contentsNotValid: {
    errId: 'ERR-1',
    english: 'JSON contents not valid',
    japanese: 'JSON の内容が正しくありません',
  },
  onlyWss: {
    errId: 'ERR-2',
    english: 'Invalid websocket protocol. Only wss protocol supported',
    japanese: 'WebSocket のプロトコルが正しくありません。wss だけがサポートされています',
  },
  malformedUrl: { errId: 'ERR-2', english: 'Malformed URL', japanese: 'URL の形式が正しくありません' },
  noConnection: {
    errId: 'ERR-3',
    english: 'Unable to establish connection with host: <servername>',
    japanese: 'ホストとの接続を確立できません: <servername>',
  },
  invalidParameter: {
    errId: 'ERR-4',
    english: 'invalid command parameter',
    japanese: 'コマンドパラメータが無効です',
  },
  malformedSourceUrl: { errId: 'ERR-4', english: 'Malformed URL', japanese: 'URL の形式が正しくありません' },
  openFailed: {
    errId: 'ERR-5',
    english: 'Failed to open connection to the remote object referred to by the URL',
    japanese: 'URL が指すリモートオブジェクトへの接続を開けませんでした',
  },
  invalidPacket: { errId: 'ERR-6', english: 'InvalidPacketException', japanese: '無効なパケットの例外' },
  cannotParse: {
    errId: 'ERR-6',
    english: 'cannot parse JSON contents',
    japanese: 'JSON の内容を解析できません',
  },
  noSsl: {
    errId: 'ERR-9',
    english: 'Failed to setup SSL security',
    japanese: 'SSL セキュリティを設定できませんでした',
  },
  staysDisconnected: {
    errId: 'ERR-10',
    english: 'the endpoint stays Disconnected',
    japanese: 'エンドポイントが Disconnected のままになる',
  },
  notSent: {
    errId: 'ERR-11',
    english: 'notifications are not sent',
    japanese: '通知が送信されない',
  },
} as const satisfies Record<string, NetBackupMessage>;

export type MessageKey = keyof typeof NETBACKUP_MESSAGES;

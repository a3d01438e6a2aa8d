/** NetBackup's messages to its administrator (contract ERR), letter for letter as the vendor's guide has them. */
export interface NetBackupMessage {
  readonly errId: string;
  /** NetBackup's own text, or the state that it shows if there is no message. `<Websocket servername>` stands for the host. */
  readonly japanese: string;
  /** Absent where the guide, a Japanese edition, gives no English text. */
  readonly english?: string;
}

/** Without ERR-12, which is a dropped connection without a message. */
export const NETBACKUP_MESSAGES = {
  contentsNotValid: {
    errId: 'ERR-1',
    japanese: 'JSON コンテンツは無効です',
    english: 'JSON contents not valid',
  },
  onlyWss: {
    errId: 'ERR-2',
    japanese: '無効な websocket プロトコルです。wss プロトコルのみがサポートされます',
    english: 'Invalid websocket protocol. Only wss protocol supported',
  },
  malformedUrl: {
    errId: 'ERR-2',
    japanese: '不正な URL:',
  },
  noConnection: {
    errId: 'ERR-3',
    japanese: 'ホストとの接続を確立できません: <Websocket servername>',
    english: 'Unable to establish connection with host: <Websocket servername>',
  },
  invalidParameter: {
    errId: 'ERR-4',
    japanese: 'コマンドのパラメータが無効です',
    english: 'invalid command parameter',
  },
  malformedSourceUrl: {
    errId: 'ERR-4',
    japanese: '不正な URL:',
  },
  openFailed: {
    errId: 'ERR-5',
    japanese: 'URL で参照するリモートオブジェクトへの接続を開くことができませんでした',
    english: 'Failed to open connection to the remote object referred to by the URL',
  },
  invalidPacket: {
    errId: 'ERR-6',
    japanese: 'InvalidPacketException JSON コンテンツを解析できません',
    english: 'InvalidPacketException',
  },
  alreadyExists: {
    errId: 'ERR-7',
    japanese: 'エンティティはすでに存在します',
    english: 'the entity already exists',
  },
  certificateChanged: {
    errId: 'ERR-8',
    japanese: 'ユーザーが承認した証明書と一致しませんでした。証明書を再確認してください',
    english: 'The certificate did not match with the one accepted by the user, please verify the certificate',
  },
  noSsl: {
    errId: 'ERR-9',
    japanese: 'SSL セキュリティを設定できませんでした',
    english: 'Failed to setup SSL security',
  },
  staysDisconnected: {
    errId: 'ERR-10',
    japanese: '接続状態が切断状態 (Disconnected)',
    english: 'endpoint stays Disconnected',
  },
  notSent: {
    errId: 'ERR-11',
    japanese: '通知が送信されない',
    english: 'notifications are not sent',
  },
  truststoreFailed: {
    errId: 'ERR-13',
    japanese: 'トラストストアに SSL 証明書を格納しているときに問題が発生しました',
    english: 'Problem occurred while storing the SSL certificate in the truststore',
  },
  keystoreFailed: {
    errId: 'ERR-13',
    japanese: 'キーストアのロードエラー',
    english: 'Error loading keystore',
  },
  certificateNotRemoved: {
    errId: 'ERR-13',
    japanese: 'ホストの証明書を削除できませんでした: <Websocket servername>',
    english: 'Failed to remove certificate for host: <Websocket servername>',
  },
  emmFailed: {
    errId: 'ERR-14',
    japanese: 'EMM との通信に失敗しました',
    english: 'Communication with EMM failed',
  },
  noEntity: {
    errId: 'ERR-15',
    japanese: 'エンティティが見つかりませんでした',
    english: 'no entity was found',
  },
  nbacActive: {
    errId: 'ERR-16',
    japanese:
      'Web サービスは EMM に接続できません。ヒント: セキュリティ設定を確認してください。構成 Web サービスは NBAC と互換性がありません',
  },
} as const satisfies Record<string, NetBackupMessage>;

export type MessageKey = keyof typeof NETBACKUP_MESSAGES;

const HOST = '<Websocket servername>';

/** A message with the host's name in place of `<Websocket servername>`. */
export function netBackupMessage(key: MessageKey, host = HOST): NetBackupMessage {
  const { errId, japanese, english }: NetBackupMessage = NETBACKUP_MESSAGES[key];
  const withHost = (text: string): string => text.replace(HOST, () => host);
  return {
    errId,
    japanese: withHost(japanese),
    ...(english !== undefined && { english: withHost(english) }),
  };
}

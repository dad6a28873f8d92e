import { Message, StreamMessageWriter } from 'vscode-jsonrpc/node';

/** Writes messages, and tells when the next answer has left: some answers are the last thing a connection carries. */
export class AnswerWriter extends StreamMessageWriter {
  #afterAnswer: (() => void)[] = [];

  /** Calls back once, after the next answer was written or could not be. */
  afterAnswer(then: () => void): void {
    this.#afterAnswer.push(then);
  }

  override async write(message: Message): Promise<void> {
    try {
      await super.write(message);
    } finally {
      if (Message.isResponse(message)) for (const then of this.#afterAnswer.splice(0)) then();
    }
  }
}

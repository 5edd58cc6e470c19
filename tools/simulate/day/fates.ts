import type { InitFate } from '../world/environment.ts';
import { Random } from '../world/random.ts';
import type { CallFate } from '../world/transport.ts';

/** Answers a request in the place of AWS, which it may ask. */
export type Answer = NonNullable<CallFate['instead']>;

/** What is special about one call on its way; the rest is as always. */
export type Strike = Partial<CallFate>;

/** Stands for all who run commands, where a service is named. */
export const OPERATORS = 'operators';

/** What happens to each call of a service on its way, and to each INIT: both are counted over all environments of a service, from 1. */
export class Fates {
  readonly #random: Random;
  readonly #calls = new Map<string, number>();
  readonly #strikes = new Map<string, Strike>();
  readonly #answers = new Map<string, Answer[]>();
  readonly #inits = new Map<string, number>();
  readonly #specialInits = new Map<string, InitFate>();
  readonly #clocks = new Map<string, number>();
  #isCalm = false;

  constructor(seed: string) {
    this.#random = new Random(`network ${seed}`);
  }

  /** @param service such as `bucket-service` @param nth from 1 */
  strike(service: string, nth: number, strike: Strike): void {
    this.#strikes.set(`${service} ${nth}`, strike);
  }

  /** For every call of a service. @param service such as `bucket-service` */
  answerInstead(service: string, answer: Answer): void {
    this.#answers.set(service, [...(this.#answers.get(service) ?? []), answer]);
  }

  /** @param service such as `bucket-service` @param nth from 1 */
  strikeInit(service: string, nth: number, fate: InitFate): void {
    this.#specialInits.set(`${service} ${nth}`, fate);
  }

  /** Its clock is ahead of the machine's, all day. @param who such as `bucket-service`, or {@link OPERATORS} @param ms less than 0 for behind */
  setClock(who: string, ms: number): void {
    this.#clocks.set(who, ms);
  }

  /** By how much the clock of a service is ahead of the machine's, in milliseconds. */
  clockAheadOf(who: string): number {
    return this.#clocks.get(who) ?? 0;
  }

  /** From now on nothing special happens. */
  calm(): void {
    this.#isCalm = true;
  }

  /** The fate of a service's next INIT. */
  nextInit(service: string): InitFate {
    const nth = (this.#inits.get(service) ?? 0) + 1;
    this.#inits.set(service, nth);
    return this.#isCalm ? {} : (this.#specialInits.get(`${service} ${nth}`) ?? {});
  }

  /** The fate of a service's next call. */
  next(service: string): CallFate {
    const nth = (this.#calls.get(service) ?? 0) + 1;
    this.#calls.set(service, nth);
    const latency = { thereMs: this.#random.between(1, 30), backMs: this.#random.between(1, 30) };
    if (this.#isCalm) return latency;
    const answers = this.#answers.get(service);
    const instead = answers === undefined ? {} : { instead: inTurn(answers) };
    return { ...latency, ...instead, ...this.#strikes.get(`${service} ${nth}`) };
  }
}

/** The first answers, and asks the next in the place of AWS. */
function inTurn([first, ...others]: readonly Answer[]): Answer {
  return (request, exchange) =>
    first === undefined ? exchange(request) : first(request, (asked) => inTurn(others)(asked, exchange));
}

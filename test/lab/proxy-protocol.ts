/** What the proxy of a lab is sent, one JSON value a line over its control socket. */
export type ProxyCommand =
  | {
      readonly do: 'add';
      readonly host: string;
      readonly listen: Endpoint;
      readonly target: Endpoint;
      readonly rttMs: number;
    }
  | { readonly do: 'rtt'; readonly host: string; readonly rttMs: number }
  | { readonly do: 'stall' | 'resume' | 'cut' | 'stats' | 'reset-stats'; readonly host: string };

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What has gone through a host's proxy since it was added or its counters were set to zero. */
export interface ProxyStats {
  readonly rttMs: number;
  readonly stalled: boolean;
  readonly open: number;
  readonly connections: number;
  readonly bytesToHost: number;
  readonly bytesFromHost: number;
  /**
   * How often the client spoke after the host had: an upper bound for the round trips that were waited for, handshakes
   * included, whatever was pipelined counting once.
   */
  readonly turns: number;
}

export type ProxyAnswer = { readonly ok: ProxyStats } | { readonly error: string };

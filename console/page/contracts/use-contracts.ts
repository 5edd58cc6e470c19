import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ContractsPage } from '../../contract/contracts.ts';
import { type RequestFailed, read } from '../server.ts';

/** The contracts, as far as they were read. */
export interface ReadContracts {
  readonly page?: ContractsPage;
  /** The pipeline's clock minus this one, in milliseconds. */
  readonly offset: number;
  readonly problem?: string;
}

/** Reads the contracts when a component is shown, and each time that it is asked to. */
export function useContracts(): ReadContracts & { readonly readAgain: () => void } {
  const found = useSignal<ReadContracts>({ offset: 0 });
  const readAgain = () => {
    read<ContractsPage>('/api/contracts').then(
      (page) => {
        found.value = { page, offset: page.now - Date.now() };
      },
      ({ message }: RequestFailed) => {
        found.value = { ...found.value, problem: message };
      },
    );
  };
  useEffect(readAgain, []);
  return { ...found.value, readAgain };
}

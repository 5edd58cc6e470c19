// In place of bundled handlers: the simulation loads their sources.

def propose_chains(batch):
    from tanlu.account.unquantified import no_findings
    return batch, no_findings()

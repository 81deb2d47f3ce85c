"""Tables of other publishers than DESNZ: one file each, all to records of one shape."""

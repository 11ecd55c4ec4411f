"""What the data is: wire rows, tables and the aggregate. Pure: nothing here reads or writes anything."""

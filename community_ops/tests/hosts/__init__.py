"""Several hosts on one machine: network namespaces with workers and a web process, and a cable that can be pulled."""

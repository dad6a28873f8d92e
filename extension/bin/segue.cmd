@echo off
rem segue in a terminal of VS Code: on the editor's own Node (SEGUE_NODE), or on the one that is there.
setlocal
set ELECTRON_RUN_AS_NODE=1
if not defined SEGUE_NODE set SEGUE_NODE=node
"%SEGUE_NODE%" "%~dp0..\..\dist\segue.cjs" %*

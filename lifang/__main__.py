from lifang.command import main

main()

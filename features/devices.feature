Feature: Devices
  What is plugged in is found, named and used; what is not there is not missed.

  Scenario: A raw sector of a virtio disk
    Given I have a disk image with a sector full of "sector "
    And I attach this image as a virtio block device
    When I run the machine
    Then I should see "# "
    When I type "head -c 21 /dev/vda; echo"
    Then I should see "sector sector sector"

  Scenario: The same through IDE
    Given I have a disk image with a sector full of "old "
    And I attach this image as an IDE drive
    When I run the machine
    Then I should see "# "
    When I type "head -c 12 /dev/hdb; echo"
    Then I should see "old old old"

  Scenario: What is written to a raw disk is there
    Given I have a disk image with a sector full of "x"
    And I attach this image as a virtio block device
    When I run the machine
    Then I should see "# "
    When I type "echo writ''ten > /dev/vda; sync; head -c 8 /dev/vda"
    Then I should see "written"

  Scenario: A disk that cannot be written
    Given I have a disk image with a sector full of "x"
    And I attach this image as a read-only virtio block device
    When I run the machine
    Then I should see "vda: 1 MiB, read-only (virtio)"
    And I should see "# "
    When I type "echo no > /dev/vda; echo status $?"
    Then I should see "status 1"
    When I type "head -c 4 /dev/vda; echo"
    Then I should see "xxxx"

  Scenario: The root on a virtio disk
    Given its disk is a virtio block device
    When I run the machine
    Then I should see "The root is the ext2 of vda2."
    And I should see "# "

  Scenario: A network card
    Given I attach a virtio network interface to the machine
    When I run the machine
    Then I should see "Detecting PCI things..."
    And I should see "this is a virtio NIC"

  Scenario: No network card
    When I run the machine
    Then I should see "Detecting PCI things..."
    And I should see "# "
    And I don't see "this is a virtio NIC"

  Scenario: Switching off
    When I run the machine
    Then I should see "# "
    When I type "poweroff"
    Then the machine is off

  Scenario: Starting again
    When I run the machine
    Then I should see "# "
    When I type "reboot"
    Then I should see "Hello from the kernel."
    And I should see "# "

  Scenario: Ctrl-C ends a program, not the shell
    When I run the machine
    Then I should see "# "
    When I type "echo be''gun; sleep 1000"
    Then I should see "begun"
    When I press Ctrl-C
    Then I should see "^C"
    And I should see "# "
    When I type "echo al''ive"
    Then I should see "alive"

  Scenario: Keyboard and screen
    When I run the machine
    Then I should see "# "
    When I type "head -n 1 /dev/tty1"
    And I press "hello, keyboard-1" and Enter at the keyboard
    Then I should see "hello, keyboard-1"
    And the screen shows "hello, keyboard-1"
    When I type "echo on the screen > /dev/tty1"
    Then the screen shows "on the screen"
